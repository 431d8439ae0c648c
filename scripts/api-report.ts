/** `npm run otp-map`: writes docs/otp-map.md anew. Without `--write` it prints the page. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { followedIn, type Impossible, otpMap } from "./otp-map.ts";

const PAGE = "docs/otp-map.md";

/** The page as the sources of today have it. */
export function currentOtpMap(): string {
  const followed = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join("src", path).split(sep).join("/"))
    .sort()
    .flatMap((file) => followedIn(file, readFileSync(file, "utf8")));
  const impossible = JSON.parse(readFileSync("docs/otp-map.rows.json", "utf8")) as readonly Impossible[];
  return otpMap(followed, impossible);
}

if (process.argv[1]?.endsWith("api-report.ts")) {
  if (process.argv.includes("--write")) writeFileSync(PAGE, currentOtpMap());
  else process.stdout.write(currentOtpMap());
}
