/** Transfer and storage, by where a target is. */
import { PRICES } from './prices.ts'
import { changesOf, type ImageLoad, type PlaceKind, sumOf, type Workload } from './workload.ts'

/** Dollars per GB. AWS does not document which rate applies between regions, so there are two sets. */
export interface TransferRates {
  readonly region: number
  readonly internet: number
}

export const LOWER_RATES: TransferRates = { region: PRICES.regionGb, internet: PRICES.internetGb }
export const UPPER_RATES: TransferRates = { region: PRICES.regionGbAtMost, internet: PRICES.internetGb }

type Rate = keyof TransferRates | 'free'

/**
 * What builds in the home region pay for sending to a place, and for reading from it. ECR of the same region is free, in
 * other accounts too, and so is what comes from the internet or from ECR Public, which is in us-east-1.
 */
const BYTES: Readonly<Record<PlaceKind, { readonly to: Rate; readonly from: Rate }>> = {
  home: { to: 'free', from: 'free' },
  region: { to: 'region', from: 'region' },
  account: { to: 'free', from: 'free' },
  farAccount: { to: 'region', from: 'region' },
  gallery: { to: 'free', from: 'free' },
  farGallery: { to: 'region', from: 'free' },
  registry: { to: 'internet', from: 'free' },
}

/** Dollars per month, for the pairs in one place or in all. */
export function transferCost(work: Workload, rates: TransferRates, place?: PlaceKind): number {
  return sumOf(work, (image) => changesOf(work, image) * transferOfChange(image, rates, place))
}

/** The first pair reads from the source, and the others from its target. */
function transferOfChange(image: ImageLoad, rates: TransferRates, place: PlaceKind | undefined): number {
  const [first, ...others] = image.pairs
  if (first === undefined) return 0
  const dollars = (rate: Rate) => (rate === 'free' ? 0 : rates[rate])
  const source: Rate = image.fromOtherRegion === true ? 'region' : 'free'
  const counted = [
    { pair: first, from: source },
    ...others.map((pair) => ({ pair, from: BYTES[first.place].from })),
  ].filter(({ pair }) => place === undefined || pair.place === place)
  return counted.reduce(
    (sum, { pair, from }) => sum + pair.changed * (dollars(from) + dollars(BYTES[pair.place].to)),
    0,
  )
}

/** Dollars per month, for the pairs in one place or in all. Storage at registries outside AWS is not AWS's to bill. */
export function storageCost(work: Workload, place?: PlaceKind): number {
  return sumOf(work, ({ pairs }) =>
    pairs
      .filter((pair) => pair.place !== 'registry' && (place === undefined || pair.place === place))
      .reduce((sum, { stored }) => sum + PRICES.ecrGbMonth * stored, 0),
  )
}
