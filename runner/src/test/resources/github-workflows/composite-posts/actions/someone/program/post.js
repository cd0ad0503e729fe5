const fs = require('fs')
console.log('post of', process.env.STATE_who, process.env.OF_PART || '-', process.env.LEFT || '-')
fs.appendFileSync(process.env.GITHUB_ENV, 'LEFT=left-by-' + process.env.STATE_who + '\n')
process.exit(process.env.INPUT_FAILS === process.env.STATE_who ? 3 : 0)
