// `node .ci/with-node.mjs PROGRAM ARGS…`: sets up, then runs a program of the project (a .ts file or a package's bin) under Node 24.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [program = '', ...args] = process.argv.slice(2);
const node = setUp();
// As in the first line of src/main.ts: in a storm V8 would otherwise keep some 100 MB for what is young for a moment.
const flags = program === 'src/main.ts' ? ['--max-semi-space-size=8'] : [];
const bin = join(root, 'node_modules', '.bin', program);
const child = spawn(
  existsSync(bin) ? bin : node,
  existsSync(bin) ? args : [...flags, join(root, program), ...args],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
