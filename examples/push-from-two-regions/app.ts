// Copies images that people push in either of two regions to all others. Deploy with: npx cdk deploy --all
import { App, Stack } from 'aws-cdk-lib'
import { ImageMirror, ImageMirrorList, PushMirror } from 'image-mirror'

const HOME = 'us-east-1'

const app = new App()
const list = ImageMirrorList.fromFile('mirror.yaml')

const home = new Stack(app, 'ImageMirror', { env: { region: HOME } })
new ImageMirror(home, 'Mirror', { list })

for (const region of list.push?.from ?? []) {
  if (region === HOME) continue
  const further = new Stack(app, `ImageMirrorPushes-${region}`, { env: { region } })
  new PushMirror(further, 'Pushes', { repositories: list.push?.repositories ?? [], home: HOME })
}
