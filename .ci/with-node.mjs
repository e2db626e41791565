// `node .ci/with-node.mjs PROGRAM ARGS…`: sets up, then runs a program of the project (a .ts file or a package's bin) under Node 24.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [program = '', ...args] = process.argv.slice(2);
const node = setUp();
const bin = join(root, 'node_modules', '.bin', program);
const child = spawn(existsSync(bin) ? bin : node, existsSync(bin) ? args : [join(root, program), ...args], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
  },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
