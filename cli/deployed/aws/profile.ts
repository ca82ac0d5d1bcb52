/** Explains what is wrong with an AWS profile, which the SDK reports as missing credentials or a missing region. */
import { didYouMean } from '../../../mirror/nearest.ts'
import { quoteForShell } from '../../../mirror/shell.ts'
import { quote } from '../../../registry/model/label.ts'

/** The settings of a profile by their names in the AWS configuration. */
type Settings = Readonly<Record<string, string | undefined>>
type Profiles = ReadonlyMap<string, Settings>

/** Roles take credentials from other profiles; longer chains are loops. */
const MAX_CHAIN = 8
/** How the SDK names sections of the configuration that are no profiles, such as `sso-session.corp`. */
const OTHER_SECTION = /^(?:sso-session|services)\./

/** @returns undefined if the profile, and those that it names, exist and are complete */
export async function profileProblem(name: string | undefined): Promise<string | undefined> {
  const profile = name ?? process.env.AWS_PROFILE
  if (!profile) return undefined
  const { profiles, sessions } = await readProfiles()
  const chain = chainOf(profile, profiles)
  const missing = chain.find((one) => !profiles.has(one))
  if (missing === profile) return `There is no profile ${named(profile, profiles.keys())}`
  if (missing !== undefined)
    return `The profile "${quote(profile)}" takes its credentials from a profile that does not exist: ${named(missing, profiles.keys())}`
  for (const one of chain) {
    const session = profiles.get(one)?.sso_session
    if (session !== undefined && !sessions.has(session))
      return `The profile "${quote(one)}" has an SSO session that does not exist: ${named(session, sessions)}`
  }
  return undefined
}

/** The command that signs in again, for the profile that has the session. */
export async function loginCommand(name: string | undefined): Promise<string> {
  const { profiles } = await readProfiles()
  const chain = chainOf(name ?? process.env.AWS_PROFILE ?? 'default', profiles)
  const signsIn = (one: string) =>
    ['login_session', 'sso_session', 'sso_start_url'].some((key) => profiles.get(one)?.[key])
  const profile = chain.find(signsIn) ?? name ?? process.env.AWS_PROFILE
  const command =
    profile !== undefined && profiles.get(profile)?.login_session ? 'aws login' : 'aws sso login'
  return profile === undefined || profile === 'default'
    ? command
    : `${command} --profile ${quoteForShell(profile)}`
}

/** The profile, and those from which its roles take their credentials. */
function chainOf(profile: string, profiles: Profiles): string[] {
  const chain = [profile]
  for (let next = profiles.get(profile)?.source_profile; next !== undefined; ) {
    if (chain.includes(next) || chain.length === MAX_CHAIN) break
    chain.push(next)
    next = profiles.get(next)?.source_profile
  }
  return chain
}

async function readProfiles(): Promise<{ profiles: Profiles; sessions: ReadonlySet<string> }> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config')
  const { configFile, credentialsFile } = await loadSharedConfigFiles()
  const profiles = new Map<string, Settings>()
  for (const [name, settings] of [...Object.entries(configFile), ...Object.entries(credentialsFile)])
    if (!OTHER_SECTION.test(name)) profiles.set(name, { ...profiles.get(name), ...settings })
  const sessions = Object.keys(configFile).flatMap((name) => /^sso-session\.(.+)$/.exec(name)?.[1] ?? [])
  return { profiles, sessions: new Set(sessions) }
}

/** `"prd" in ~/.aws/config or ~/.aws/credentials; did you mean "prod"?` */
function named(name: string, known: Iterable<string>): string {
  const files = [
    process.env.AWS_CONFIG_FILE || '~/.aws/config',
    process.env.AWS_SHARED_CREDENTIALS_FILE || '~/.aws/credentials',
  ].join(' or ')
  return `"${quote(name)}" in ${files}${didYouMean(name, known) || '; add it there, or name another profile'}`
}
