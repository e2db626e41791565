// Every package that is installed has a licence that lets it be used and passed on; one of another kind fails, by name.
import { readFileSync } from 'node:fs';

const ALLOWED =
  /^(MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|Unlicense|Python-2\.0|PSF-2\.0|WTFPL|MPL-2\.0)$/;
const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const unknown = Object.entries(packages).filter(([path, { license = '' }]) => {
  const parts = license.replaceAll(/[()]/g, '').split(/ OR | AND /);
  return path !== '' && !parts.some((part) => ALLOWED.test(part));
});
for (const [path, { license }] of unknown)
  process.stderr.write(`${path}: ${license ?? 'no licence named'}\n`);
process.stdout.write(
  `${Object.keys(packages).length - 1} packages, ${unknown.length} with a licence that is not allowed\n`,
);
process.exitCode = unknown.length === 0 ? 0 : 1;
