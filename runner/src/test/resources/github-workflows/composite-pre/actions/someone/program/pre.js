const fs = require("fs");
const words = process.argv[1].split("/").pop();
console.log(words, process.env.INPUT_NAME, process.env.OWN || "-", process.env.STATE_kept || "-");
if (words === "pre.js") {
  fs.appendFileSync(process.env.GITHUB_STATE, "kept=by " + process.env.INPUT_NAME + "\n");
}
