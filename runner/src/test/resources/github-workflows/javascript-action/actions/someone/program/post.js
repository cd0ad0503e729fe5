const fs = require("fs");
const words = process.argv[1].split("/").pop();
console.log(words, process.env.INPUT_NAME, process.env["INPUT_TWO_WORDS"], process.env.STATE_kept || "-");
if (words === "main.js") {
  fs.appendFileSync(process.env.GITHUB_STATE, "kept=" + process.env.INPUT_NAME + "\n");
  fs.appendFileSync(process.env.GITHUB_OUTPUT, "made=" + process.env.INPUT_NAME + "\n");
}
