// What a script of actions/github-script finds: core, context, github, exec, io, glob and require. Only Node's own modules.
'use strict'
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { createRequire } = require('node:module')
const { spawn } = require('node:child_process')

const environment = process.env
const done = { outputs: {}, environment: {}, path: [], state: {}, masks: [], summary: '', failed: null }
const summaries = []

const text = value => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value))
const escaped = value => text(value).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
const property = value => escaped(value).replace(/:/g, '%3A').replace(/,/g, '%2C')

function command(name, properties, message) {
  const words = Object.entries(properties || {})
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => key + '=' + property(value))
    .join(',')
  process.stdout.write('::' + name + (words ? ' ' + words : '') + '::' + escaped(message) + '\n')
}

function place(p) {
  const { title, file, startLine, endLine, startColumn, endColumn } = p || {}
  return { title, file, line: startLine, endLine, col: startColumn, endColumn }
}

const input = name => environment['INPUT_' + name.replace(/ /g, '_').toUpperCase()] || ''
const message = error => (error instanceof Error ? error.toString() : text(error))

const summary = {
  buffer: '',
  addRaw(value, newLine) { this.buffer += value; return newLine ? this.addEOL() : this },
  addEOL() { return this.addRaw(os.EOL) },
  wrap(tag, content, attributes) {
    const words = Object.entries(attributes || {}).map(([key, value]) => ` ${key}="${value}"`).join('')
    return content ? `<${tag}${words}>${content}</${tag}>` : `<${tag}${words}>`
  },
  line(value) { return this.addRaw(value).addEOL() },
  addCodeBlock(code, lang) { return this.line(this.wrap('pre', this.wrap('code', code), lang ? { lang } : {})) },
  addList(items, ordered) {
    return this.line(this.wrap(ordered ? 'ol' : 'ul', items.map(item => this.wrap('li', item)).join('')))
  },
  addTable(rows) {
    const cell = one => (typeof one === 'string' ? this.wrap('td', one)
      : this.wrap(one.header ? 'th' : 'td', one.data, Object.fromEntries(
        Object.entries({ colspan: one.colspan, rowspan: one.rowspan }).filter(([, value]) => value))))
    return this.line(this.wrap('table', rows.map(row => this.wrap('tr', row.map(cell).join(''))).join('')))
  },
  addDetails(label, content) { return this.line(this.wrap('details', this.wrap('summary', label) + content)) },
  addImage(src, alt, options) { return this.line(this.wrap('img', null, { src, alt, ...options })) },
  addHeading(value, level) {
    const known = Number(level) >= 1 && Number(level) <= 6 ? Number(level) : 1
    return this.line(this.wrap('h' + known, value))
  },
  addSeparator() { return this.line(this.wrap('hr', null)) },
  addBreak() { return this.line(this.wrap('br', null)) },
  addQuote(value, cite) { return this.line(this.wrap('blockquote', value, cite ? { cite } : {})) },
  addLink(value, href) { return this.line(this.wrap('a', value, { href })) },
  stringify() { return this.buffer },
  isEmptyBuffer() { return this.buffer.length === 0 },
  emptyBuffer() { this.buffer = ''; return this },
  async write(options) {
    if (options && options.overwrite) summaries.length = 0
    summaries.push(this.buffer)
    return this.emptyBuffer()
  },
  async clear() { return this.emptyBuffer().write({ overwrite: true }) },
}

const core = {
  summary,
  markdownSummary: summary,
  ExitCode: { Success: 0, Failure: 1 },
  getInput(name, options) {
    const value = input(name)
    if (options && options.required && !value) throw new Error(`Input required and not supplied: ${name}`)
    return options && options.trimWhitespace === false ? value : value.trim()
  },
  getMultilineInput(name, options) {
    return core.getInput(name, options).split('\n').filter(line => line !== '').map(line => line.trim())
  },
  getBooleanInput(name, options) {
    const value = core.getInput(name, options)
    if (['true', 'True', 'TRUE'].includes(value)) return true
    if (['false', 'False', 'FALSE'].includes(value)) return false
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n`
      + 'Support boolean input list: `true | True | TRUE | false | False | FALSE`')
  },
  setOutput(name, value) { done.outputs[name] = text(value) },
  exportVariable(name, value) { environment[name] = text(value); done.environment[name] = text(value) },
  setSecret(value) { done.masks.push(text(value)); command('add-mask', {}, value) },
  addPath(folder) { done.path.push(folder); environment.PATH = folder + path.delimiter + environment.PATH },
  saveState(name, value) { done.state[name] = text(value) },
  getState(name) { return environment['STATE_' + name] || '' },
  setFailed(error) { process.exitCode = 1; done.failed = message(error); command('error', {}, message(error)) },
  isDebug() { return environment.RUNNER_DEBUG === '1' },
  debug(value) { command('debug', {}, value) },
  info(value) { process.stdout.write(value + os.EOL) },
  notice(value, where) { command('notice', place(where), message(value)) },
  warning(value, where) { command('warning', place(where), message(value)) },
  error(value, where) { command('error', place(where), message(value)) },
  startGroup(name) { command('group', {}, name) },
  endGroup() { command('endgroup') },
  async group(name, work) {
    core.startGroup(name)
    try { return await work() } finally { core.endGroup() }
  },
  setCommandEcho(enabled) { command('echo', {}, enabled ? 'on' : 'off') },
  toPosixPath: value => value.replace(/[\\]/g, '/'),
  toWin32Path: value => value.replace(/[/]/g, '\\'),
  toPlatformPath: value => value.replace(/[/\\]/g, path.sep),
}

function payload() {
  const file = environment.GITHUB_EVENT_PATH
  return file && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {}
}

const context = {
  payload: payload(),
  eventName: environment.GITHUB_EVENT_NAME,
  sha: environment.GITHUB_SHA,
  ref: environment.GITHUB_REF,
  workflow: environment.GITHUB_WORKFLOW,
  action: environment.GITHUB_ACTION,
  actor: environment.GITHUB_ACTOR,
  job: environment.GITHUB_JOB,
  runAttempt: parseInt(environment.GITHUB_RUN_ATTEMPT, 10),
  runNumber: parseInt(environment.GITHUB_RUN_NUMBER, 10),
  runId: parseInt(environment.GITHUB_RUN_ID, 10),
  apiUrl: environment.GITHUB_API_URL || 'https://api.github.com',
  serverUrl: environment.GITHUB_SERVER_URL || 'https://github.com',
  graphqlUrl: environment.GITHUB_GRAPHQL_URL || 'https://api.github.com/graphql',
  get repo() {
    const [owner, repo] = (environment.GITHUB_REPOSITORY || '').split('/')
    if (owner && repo) return { owner, repo }
    const known = this.payload.repository
    if (known) return { owner: known.owner.login, repo: known.name }
    throw new Error("context.repo requires a GITHUB_REPOSITORY environment variable like 'owner/repo'")
  },
  get issue() {
    const about = this.payload.issue || this.payload.pull_request || this.payload
    return { ...this.repo, number: about.number }
  },
}

// Octokit's own methods, by space and name: a route, or a list of a route, fixed parameters and decorations.
const routes = require('./github-routes.json')

class RequestError extends Error {
  constructor(words, status, response) { super(words); this.name = 'HttpError'; this.status = status; this.response = response }
}

function client(token, base) {
  const retries = parseInt(input('retries'), 10) || 0
  const exempt = input('retry-exempt-status-codes').split(',').map(code => parseInt(code.trim(), 10))
  const url = (base || context.apiUrl).replace(/\/$/, '')

  async function send(route, parameters) {
    const options = typeof route === 'string' ? { ...parameters } : { ...route, ...parameters }
    const [method, template] = typeof route === 'string'
      ? (route.includes(' ') ? route.split(' ') : ['GET', route]) : [options.method || 'GET', options.url]
    const { headers, mediaType, baseUrl, data, request: _request, method: _method, url: _url, ...rest } = options
    let place = template.replace(/\{(\w+)\}/g, (_, name) => {
      const value = rest[name]
      delete rest[name]
      if (value === undefined) throw new Error(`the parameter '${name}' of ${method} ${template} is missing`)
      return ['path', 'ref', 'basehead'].includes(name)
        ? String(value).split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value)
    }).replace(/\{\?([\w,]+)\}/g, (_, names) => {
      const given = names.split(',').filter(name => rest[name] !== undefined)
      const query = given.map(name => name + '=' + encodeURIComponent(rest[name])).join('&')
      given.forEach(name => delete rest[name])
      return query ? '?' + query : ''
    })
    let body
    if (method === 'GET' || method === 'HEAD') {
      const query = new URLSearchParams(Object.entries(rest).filter(([, value]) => value !== undefined))
      if ([...query].length) place += (place.includes('?') ? '&' : '?') + query
    } else {
      const content = data === undefined ? rest : data
      const raw = typeof content === 'string' || ArrayBuffer.isView(content) || content instanceof ArrayBuffer
      body = raw ? content : Array.isArray(content) || Object.keys(content).length ? JSON.stringify(content) : undefined
    }
    const format = mediaType && mediaType.format
    const response = await fetch(place.startsWith('http') ? place : (baseUrl || url) + place, {
      method,
      body,
      headers: {
        accept: format ? `application/vnd.github.${format}+json` : 'application/vnd.github+json',
        'user-agent': input('user-agent') || 'actions/github-script',
        'x-github-api-version': '2022-11-28',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: 'token ' + token } : {}),
        ...headers,
      },
    })
    const kind = response.headers.get('content-type') || ''
    const answer = response.status === 204 ? undefined
      : kind.includes('json') ? await response.json() : kind.startsWith('text/') || format ? await response.text() : await response.arrayBuffer()
    const result = { status: response.status, url: response.url, headers: Object.fromEntries(response.headers), data: answer }
    if (!response.ok) throw new RequestError((answer && answer.message) || response.statusText, response.status, result)
    return result
  }

  async function request(route, parameters) {
    if (typeof fetch !== 'function') throw new Error('this Node has no fetch: version 18 or later is needed for requests')
    for (let left = retries; ; left--) {
      try {
        return await send(route, parameters)
      } catch (error) {
        if (left <= 0 || exempt.includes(error.status)) throw error
        await new Promise(next => setTimeout(next, 1000 * (retries - left + 1) ** 2))
      }
    }
  }

  async function* pages(route, parameters) {
    let next = typeof route === 'function' ? route.route : route
    let options = { per_page: 30, ...parameters }
    while (next) {
      const response = await request(next, options)
      const data = response.data
      const list = Array.isArray(data) ? data : data && Object.values(data).find(Array.isArray)
      yield { ...response, data: list || data }
      const link = /<([^>]+)>;\s*rel="next"/.exec(response.headers.link || '')
      next = link ? 'GET ' + link[1] : null
      options = {}
    }
  }

  async function paginate(route, parameters, map) {
    if (typeof parameters === 'function') { map = parameters; parameters = {} }
    const all = []
    let stop = false
    for await (const page of pages(route, parameters)) {
      const part = map ? map(page, () => { stop = true }) : page.data
      all.push(...(Array.isArray(part) ? part : [part]))
      if (stop) break
    }
    return all
  }
  paginate.iterator = (route, parameters) => pages(route, parameters)

  async function graphql(query, variables) {
    const response = await request('POST ' + context.graphqlUrl, { data: { query, variables } })
    if (response.data.errors) {
      const error = new Error('Request failed due to following response errors:\n'
        + response.data.errors.map(each => ' - ' + each.message).join('\n'))
      error.errors = response.data.errors
      throw error
    }
    return response.data.data
  }

  // On a server of one's own, files go to that server.
  const placed = defaults => (defaults.baseUrl && !url.startsWith('https://api.github.com')
    ? { ...defaults, baseUrl: url.replace(/\/api\/v3$/, '/api/uploads') } : defaults)

  function method(space, name, [route, defaults, decorations]) {
    const { mapToData, renamed, deprecated, renamedParameters } = decorations
    const call = parameters => {
      const options = { ...placed(defaults), ...parameters }
      if (renamed) core.debug(`octokit.${space}.${name}() has been renamed to octokit.${renamed.join('.')}()`)
      if (deprecated) core.debug(deprecated)
      for (const [old, current] of Object.entries(renamedParameters || {})) {
        if (old in options) {
          if (!(current in options)) options[current] = options[old]
          delete options[old]
        }
      }
      if (mapToData) {
        options.data = options[mapToData]
        delete options[mapToData]
      }
      return request(route, options)
    }
    call.route = route
    return call
  }

  const rest = {}
  for (const [space, methods] of Object.entries(routes)) {
    const known = {}
    for (const [name, route] of Object.entries(methods)) {
      known[name] = method(space, name, typeof route === 'string' ? [route, {}, {}] : route)
    }
    rest[space] = new Proxy(known, { get: (all, name) => all[name] || missing(space, name) })
  }
  function missing(space, name) {
    if (typeof name !== 'string' || name === 'then') return undefined
    return () => {
      throw new Error(`github.rest.${space}.${name} is no method of GitHub's API that Octokit knows: write`
        + " github.request('VERB /path', {…})")
    }
  }
  const whole = new Proxy(rest, {
    get: (all, space) => all[space] || (typeof space === 'string' && space !== 'then'
      ? new Proxy({}, { get: (_, name) => missing(space, name) }) : undefined),
  })
  return { request, paginate, graphql, rest: whole, log: console, ...rest }
}

function words(line) {
  const found = []
  for (const match of line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)) found.push(match[1] !== undefined ? match[1].replace(/\\(.)/g, '$1') : match[2])
  return found
}

const exec = {
  exec(line, given, options) {
    const [tool, ...rest] = words(line)
    const o = options || {}
    if (!o.silent) core.info('[command]' + [tool, ...rest, ...(given || [])].join(' '))
    return new Promise((resolve, reject) => {
      const child = spawn(tool, [...rest, ...(given || [])], { cwd: o.cwd, env: o.env || environment, stdio: [o.input ? 'pipe' : 'inherit', 'pipe', 'pipe'] })
      const listeners = o.listeners || {}
      child.stdout.on('data', data => { if (!o.silent) process.stdout.write(data); if (listeners.stdout) listeners.stdout(data) })
      child.stderr.on('data', data => { if (!o.silent) process.stderr.write(data); if (listeners.stderr) listeners.stderr(data) })
      if (o.input) child.stdin.end(o.input)
      child.on('error', error => reject(new Error(`There was an error when attempting to execute the process '${tool}': ${error.message}`)))
      child.on('close', code => (code === 0 || o.ignoreReturnCode ? resolve(code)
        : reject(new Error(`The process '${tool}' failed with exit code ${code}`))))
    })
  },
  async getExecOutput(line, given, options) {
    const output = { stdout: '', stderr: '' }
    const own = (options && options.listeners) || {}
    const exitCode = await exec.exec(line, given, {
      ...options,
      listeners: {
        ...own,
        stdout: data => { output.stdout += data; if (own.stdout) own.stdout(data) },
        stderr: data => { output.stderr += data; if (own.stderr) own.stderr(data) },
      },
    })
    return { exitCode, ...output }
  },
}

const io = {
  async cp(from, to, options) { fs.cpSync(from, to, { recursive: !!(options && options.recursive), force: !(options && options.force === false) }) },
  async mv(from, to) { fs.renameSync(from, to) },
  async rmRF(target) { fs.rmSync(target, { recursive: true, force: true }) },
  async mkdirP(folder) { fs.mkdirSync(folder, { recursive: true }) },
  async which(tool, check) {
    for (const folder of (environment.PATH || '').split(path.delimiter)) {
      const file = path.join(folder, tool)
      try { fs.accessSync(file, fs.constants.X_OK); if (fs.statSync(file).isFile()) return file } catch { /* the next one */ }
    }
    if (check) throw new Error(`Unable to locate executable file: ${tool}.`)
    return ''
  },
}

const glob = {
  async create(patterns) {
    const lines = patterns.split('\n').map(line => line.trim()).filter(line => line && !line.startsWith('#'))
    const expression = line => new RegExp('^' + path.resolve(line.replace(/^!/, '')).split('/').map(part => (part === '**' ? '**'
      : part.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]'))).join('/')
      .replace(/\/\*\*/g, '(?:/.*)?') + '(?:/.*)?$')
    const rules = lines.map(line => ({ not: line.startsWith('!'), pattern: expression(line) }))
    const find = () => {
      const found = []
      const walk = folder => {
        for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
          const file = path.join(folder, entry.name)
          if (rules.reduce((match, rule) => (rule.pattern.test(file) ? !rule.not : match), false)) found.push(file)
          if (entry.isDirectory()) walk(file)
        }
      }
      const roots = new Set(lines.filter(line => !line.startsWith('!')).map(line => {
        const parts = path.resolve(line).split('/')
        const wild = parts.findIndex(part => /[*?[]/.test(part))
        return parts.slice(0, wild < 0 ? parts.length - 1 : wild).join('/') || '/'
      }))
      roots.forEach(root => { if (fs.existsSync(root)) walk(root) })
      return [...new Set(found)]
    }
    return { glob: async () => find(), async* globGenerator() { yield* find() }, getSearchPaths: () => lines }
  },
}

async function main() {
  const script = core.getInput('script', { required: true })
  const github = client(core.getInput('github-token'), core.getInput('base-url'))
  const base = createRequire(path.join(process.cwd(), 'noop.js'))
  const wanted = new Proxy(base, {
    apply: (target, self, [name]) => target(name.startsWith('.') ? path.join(process.cwd(), name) : name),
  })
  const given = {
    require: wanted, __original_require__: require, github, octokit: github, getOctokit: (token, options) => client(token, options && options.baseUrl),
    context, core, exec, glob, io,
  }
  const AsyncFunction = Object.getPrototypeOf(async () => null).constructor
  const result = await new AsyncFunction(...Object.keys(given), script)(...Object.values(given))
  const encoding = core.getInput('result-encoding') || 'json'
  if (!['json', 'string'].includes(encoding)) throw new Error('"result-encoding" must be either "string" or "json"')
  core.setOutput('result', encoding === 'json' ? JSON.stringify(result) : String(result))
}

process.on('exit', () => {
  done.summary = summaries.join('')
  fs.writeFileSync(environment.RUNNER_SCRIPT_RESULT, JSON.stringify(done))
})
function fail(error) { console.error(error); core.setFailed(`Unhandled error: ${error}`) }
process.on('unhandledRejection', fail)
main().catch(fail)
