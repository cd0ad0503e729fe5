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

// The routes that scripts use most; for all others there is request('VERB /path', parameters).
const R = '/repos/{owner}/{repo}'
const routes = {
  issues: {
    get: `GET ${R}/issues/{issue_number}`, list: 'GET /issues', listForRepo: `GET ${R}/issues`, create: `POST ${R}/issues`,
    update: `PATCH ${R}/issues/{issue_number}`, lock: `PUT ${R}/issues/{issue_number}/lock`,
    unlock: `DELETE ${R}/issues/{issue_number}/lock`,
    createComment: `POST ${R}/issues/{issue_number}/comments`, listComments: `GET ${R}/issues/{issue_number}/comments`,
    listCommentsForRepo: `GET ${R}/issues/comments`, getComment: `GET ${R}/issues/comments/{comment_id}`,
    updateComment: `PATCH ${R}/issues/comments/{comment_id}`, deleteComment: `DELETE ${R}/issues/comments/{comment_id}`,
    addLabels: `POST ${R}/issues/{issue_number}/labels`, setLabels: `PUT ${R}/issues/{issue_number}/labels`,
    listLabelsOnIssue: `GET ${R}/issues/{issue_number}/labels`,
    removeLabel: `DELETE ${R}/issues/{issue_number}/labels/{name}`,
    removeAllLabels: `DELETE ${R}/issues/{issue_number}/labels`,
    addAssignees: `POST ${R}/issues/{issue_number}/assignees`, removeAssignees: `DELETE ${R}/issues/{issue_number}/assignees`,
    createLabel: `POST ${R}/labels`, getLabel: `GET ${R}/labels/{name}`, updateLabel: `PATCH ${R}/labels/{name}`,
    deleteLabel: `DELETE ${R}/labels/{name}`, listLabelsForRepo: `GET ${R}/labels`, listMilestones: `GET ${R}/milestones`,
    createMilestone: `POST ${R}/milestones`, updateMilestone: `PATCH ${R}/milestones/{milestone_number}`,
    listEvents: `GET ${R}/issues/{issue_number}/events`, listEventsForTimeline: `GET ${R}/issues/{issue_number}/timeline`,
  },
  pulls: {
    get: `GET ${R}/pulls/{pull_number}`, list: `GET ${R}/pulls`, create: `POST ${R}/pulls`,
    update: `PATCH ${R}/pulls/{pull_number}`, merge: `PUT ${R}/pulls/{pull_number}/merge`,
    checkIfMerged: `GET ${R}/pulls/{pull_number}/merge`, updateBranch: `PUT ${R}/pulls/{pull_number}/update-branch`,
    listFiles: `GET ${R}/pulls/{pull_number}/files`, listCommits: `GET ${R}/pulls/{pull_number}/commits`,
    listReviews: `GET ${R}/pulls/{pull_number}/reviews`, createReview: `POST ${R}/pulls/{pull_number}/reviews`,
    dismissReview: `PUT ${R}/pulls/{pull_number}/reviews/{review_id}/dismissals`,
    listReviewComments: `GET ${R}/pulls/{pull_number}/comments`, createReviewComment: `POST ${R}/pulls/{pull_number}/comments`,
    updateReviewComment: `PATCH ${R}/pulls/comments/{comment_id}`, deleteReviewComment: `DELETE ${R}/pulls/comments/{comment_id}`,
    requestReviewers: `POST ${R}/pulls/{pull_number}/requested_reviewers`,
    removeRequestedReviewers: `DELETE ${R}/pulls/{pull_number}/requested_reviewers`,
  },
  repos: {
    get: `GET ${R}`, update: `PATCH ${R}`, getContent: `GET ${R}/contents/{path}`, getReadme: `GET ${R}/readme`,
    createOrUpdateFileContents: `PUT ${R}/contents/{path}`, deleteFile: `DELETE ${R}/contents/{path}`,
    getCommit: `GET ${R}/commits/{ref}`, listCommits: `GET ${R}/commits`, compareCommits: `GET ${R}/compare/{base}...{head}`,
    compareCommitsWithBasehead: `GET ${R}/compare/{basehead}`, listPullRequestsAssociatedWithCommit: `GET ${R}/commits/{commit_sha}/pulls`,
    createCommitStatus: `POST ${R}/statuses/{sha}`, getCombinedStatusForRef: `GET ${R}/commits/{ref}/status`,
    listCommitStatusesForRef: `GET ${R}/commits/{ref}/statuses`, createCommitComment: `POST ${R}/commits/{commit_sha}/comments`,
    createRelease: `POST ${R}/releases`, getRelease: `GET ${R}/releases/{release_id}`, getLatestRelease: `GET ${R}/releases/latest`,
    getReleaseByTag: `GET ${R}/releases/tags/{tag}`, listReleases: `GET ${R}/releases`, updateRelease: `PATCH ${R}/releases/{release_id}`,
    deleteRelease: `DELETE ${R}/releases/{release_id}`, generateReleaseNotes: `POST ${R}/releases/generate-notes`,
    listReleaseAssets: `GET ${R}/releases/{release_id}/assets`, deleteReleaseAsset: `DELETE ${R}/releases/assets/{asset_id}`,
    listTags: `GET ${R}/tags`, listBranches: `GET ${R}/branches`, getBranch: `GET ${R}/branches/{branch}`,
    listContributors: `GET ${R}/contributors`, listCollaborators: `GET ${R}/collaborators`,
    getCollaboratorPermissionLevel: `GET ${R}/collaborators/{username}/permission`, createDispatchEvent: `POST ${R}/dispatches`,
    createDeployment: `POST ${R}/deployments`, listDeployments: `GET ${R}/deployments`, getDeployment: `GET ${R}/deployments/{deployment_id}`,
    deleteDeployment: `DELETE ${R}/deployments/{deployment_id}`,
    createDeploymentStatus: `POST ${R}/deployments/{deployment_id}/statuses`, merge: `POST ${R}/merges`,
    listForOrg: 'GET /orgs/{org}/repos', listForUser: 'GET /users/{username}/repos', getAllTopics: `GET ${R}/topics`,
  },
  git: {
    getRef: `GET ${R}/git/ref/{ref}`, createRef: `POST ${R}/git/refs`, updateRef: `PATCH ${R}/git/refs/{ref}`,
    deleteRef: `DELETE ${R}/git/refs/{ref}`, listMatchingRefs: `GET ${R}/git/matching-refs/{ref}`,
    getCommit: `GET ${R}/git/commits/{commit_sha}`, createCommit: `POST ${R}/git/commits`, getTree: `GET ${R}/git/trees/{tree_sha}`,
    createTree: `POST ${R}/git/trees`, getBlob: `GET ${R}/git/blobs/{file_sha}`, createBlob: `POST ${R}/git/blobs`,
    getTag: `GET ${R}/git/tags/{tag_sha}`, createTag: `POST ${R}/git/tags`,
  },
  actions: {
    listWorkflowRuns: `GET ${R}/actions/workflows/{workflow_id}/runs`, listWorkflowRunsForRepo: `GET ${R}/actions/runs`,
    getWorkflowRun: `GET ${R}/actions/runs/{run_id}`, cancelWorkflowRun: `POST ${R}/actions/runs/{run_id}/cancel`,
    reRunWorkflow: `POST ${R}/actions/runs/{run_id}/rerun`, reRunWorkflowFailedJobs: `POST ${R}/actions/runs/{run_id}/rerun-failed-jobs`,
    listJobsForWorkflowRun: `GET ${R}/actions/runs/{run_id}/jobs`, getJobForWorkflowRun: `GET ${R}/actions/jobs/{job_id}`,
    createWorkflowDispatch: `POST ${R}/actions/workflows/{workflow_id}/dispatches`, listRepoWorkflows: `GET ${R}/actions/workflows`,
    listWorkflowRunArtifacts: `GET ${R}/actions/runs/{run_id}/artifacts`, listArtifactsForRepo: `GET ${R}/actions/artifacts`,
    downloadArtifact: `GET ${R}/actions/artifacts/{artifact_id}/{archive_format}`, deleteArtifact: `DELETE ${R}/actions/artifacts/{artifact_id}`,
    getActionsCacheList: `GET ${R}/actions/caches`, deleteActionsCacheById: `DELETE ${R}/actions/caches/{cache_id}`,
    deleteActionsCacheByKey: `DELETE ${R}/actions/caches`,
  },
  checks: {
    create: `POST ${R}/check-runs`, update: `PATCH ${R}/check-runs/{check_run_id}`, get: `GET ${R}/check-runs/{check_run_id}`,
    listForRef: `GET ${R}/commits/{ref}/check-runs`, listForSuite: `GET ${R}/check-suites/{check_suite_id}/check-runs`,
    listAnnotations: `GET ${R}/check-runs/{check_run_id}/annotations`, listSuitesForRef: `GET ${R}/commits/{ref}/check-suites`,
  },
  search: {
    issuesAndPullRequests: 'GET /search/issues', code: 'GET /search/code', commits: 'GET /search/commits',
    repos: 'GET /search/repositories', users: 'GET /search/users',
  },
  users: { getAuthenticated: 'GET /user', getByUsername: 'GET /users/{username}' },
  orgs: { get: 'GET /orgs/{org}', listMembers: 'GET /orgs/{org}/members', checkMembershipForUser: 'GET /orgs/{org}/members/{username}' },
  teams: { listMembersInOrg: 'GET /orgs/{org}/teams/{team_slug}/members', getMembershipForUserInOrg: 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}' },
  reactions: {
    createForIssue: `POST ${R}/issues/{issue_number}/reactions`, createForIssueComment: `POST ${R}/issues/comments/{comment_id}/reactions`,
    listForIssueComment: `GET ${R}/issues/comments/{comment_id}/reactions`,
    createForPullRequestReviewComment: `POST ${R}/pulls/comments/{comment_id}/reactions`,
  },
  markdown: { render: 'POST /markdown' },
  rateLimit: { get: 'GET /rate_limit' },
}

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
    })
    let body
    if (method === 'GET' || method === 'HEAD') {
      const query = new URLSearchParams(Object.entries(rest).filter(([, value]) => value !== undefined))
      if ([...query].length) place += (place.includes('?') ? '&' : '?') + query
    } else {
      const content = data === undefined ? rest : data
      body = typeof content === 'string' ? content : Object.keys(content).length ? JSON.stringify(content) : undefined
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

  const rest = {}
  for (const [space, methods] of Object.entries(routes)) {
    const known = {}
    for (const [name, route] of Object.entries(methods)) {
      known[name] = parameters => request(route, parameters)
      known[name].route = route
    }
    rest[space] = new Proxy(known, { get: (all, name) => all[name] || missing(space, name) })
  }
  function missing(space, name) {
    if (typeof name !== 'string' || name === 'then') return undefined
    return () => {
      throw new Error(`github.rest.${space}.${name} is not in the built-in client: write github.request('VERB /path', {…}),`
        + ' or run the published action with --no-builtin actions/github-script')
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
