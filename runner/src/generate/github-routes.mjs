// Makes github-routes.json, the methods of `github.rest` in actions/github-script, from the tables of Octokit's plugin (MIT;
// its notice is in META-INF/NOTICE). In a folder of its own:
//   npm pack @octokit/plugin-rest-endpoint-methods@10 && mkdir old && tar xzf *-10.*.tgz -C old     (what github-script has)
//   npm pack @octokit/plugin-rest-endpoint-methods    && mkdir new && tar xzf *-1[1-9].*.tgz -C new (newer methods)
//   node github-routes.mjs old new > github-routes.json
// A method is its route, or a list of its route, fixed parameters and what Octokit's "decorations" say of it.
import { readFileSync } from 'node:fs'

async function table(folder) {
  const text = readFileSync(folder + '/package/dist-src/generated/endpoints.js', 'utf8')
  return (await import('data:text/javascript;base64,' + Buffer.from(text).toString('base64'))).default
}

const all = {}
for (const folder of process.argv.slice(2)) {
  for (const [space, methods] of Object.entries(await table(folder))) {
    all[space] = { ...all[space], ...methods }
  }
}
const lines = Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1)).map(([space, methods]) => {
  const inner = Object.entries(methods).sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, [route, defaults, decorations]]) => {
      const list = [route, defaults || {}, decorations || {}]
      const plain = !Object.keys(list[1]).length && !Object.keys(list[2]).length
      return JSON.stringify(name) + ':' + JSON.stringify(plain ? route : list)
    })
  return JSON.stringify(space) + ':{\n' + inner.join(',\n') + '}'
})
process.stdout.write('{' + lines.join(',\n') + '}\n')
