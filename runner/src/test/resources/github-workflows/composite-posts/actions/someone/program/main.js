const fs = require('fs')
console.log('main of', process.env.INPUT_WHO)
fs.appendFileSync(process.env.GITHUB_STATE, 'who=' + process.env.INPUT_WHO + '\n')
