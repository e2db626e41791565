// Makes sure of everything the two commands need. Plain JavaScript for Node 20: it runs before node_modules exist.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const TOOLCHAIN = join(ROOT, '.toolchain');
const NODE_VERSION = '24.21.0';
const NODE = join(TOOLCHAIN, 'node_modules', 'node', 'bin', 'node');
const PACKAGES = [
  'libcairo2-dev',
  'libpango1.0-dev',
  'libjpeg-dev',
  'libgif-dev',
  'librsvg2-dev',
  'pkg-config',
  'make',
  'g++',
  'python3',
  'fonts-inter',
  'fonts-dejavu-core',
  'fonts-noto-color-emoji',
  'prometheus',
  'prometheus-alertmanager',
  'chromium',
];

/** Sets everything up, quickly when it is there; ends the process with status 1 and the command to type when something can't be had. */
export function setUp() {
  const started = Date.now();
  mkdirSync(TOOLCHAIN, { recursive: true });
  const release = lock();
  try {
    installPackages();
    installNode();
    installModules();
  } finally {
    release();
  }
  say(`ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return NODE;
}

function installPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) {
    fail(`these system packages are missing: ${missing.join(' ')}`, `sudo sh -c '${command}'`);
  }
  say(`installing ${missing.length} system packages: ${missing.join(' ')}`);
  // Debian starts a service with its package; a policy of 101 forbids that, because the sandbox starts its own on free ports.
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', ...missing],
    ]) {
      const done = run('apt-get', args, { DEBIAN_FRONTEND: 'noninteractive' });
      if (done !== 0) fail(`apt-get ${args[0]} ended with status ${done}`, command);
    }
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function missingPackages() {
  const asked = spawnSync('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\n', ...PACKAGES], {
    encoding: 'utf8',
  });
  if (asked.error) return PACKAGES;
  const installed = new Set(
    asked.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return PACKAGES.filter((name) => !installed.has(name));
}

function installNode() {
  const found = existsSync(NODE)
    ? spawnSync(NODE, ['--version'], { encoding: 'utf8' }).stdout?.trim()
    : undefined;
  if (found === `v${NODE_VERSION}`) return;
  say(`installing Node ${NODE_VERSION} into .toolchain`);
  const args = [
    'install',
    '--prefix',
    TOOLCHAIN,
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `node@${NODE_VERSION}`,
  ];
  if (run('npm', args) !== 0 || spawnSync(NODE, ['--version']).status !== 0) {
    fail('Node 24 could not be installed', `npm install --prefix .toolchain node@${NODE_VERSION}`);
  }
}

function installModules() {
  const stamp = join(ROOT, 'node_modules', '.bellbuoy-setup');
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('installing npm packages (canvas is compiled, about a minute)');
  const path = `${dirname(NODE)}:${process.env.PATH}`;
  if (
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      PATH: path,
      npm_config_nodedir: headers(),
    }) !== 0
  ) {
    fail('npm ci failed', 'npm ci');
  }
  const canvas = spawnSync(NODE, ['-e', 'require("canvas").createCanvas(1,1)'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (canvas.status !== 0)
    fail(`canvas does not load: ${canvas.stderr.trim().split('\n').at(-1)}`, 'npm rebuild canvas');
  writeFileSync(stamp, wanted);
}

/** Node's own headers, so that node-gyp downloads none. canvas uses the stable N-API: headers of any Node from 18 on serve. */
function headers() {
  const prefixes = [resolve(dirname(process.execPath), '..'), '/usr', '/usr/local'];
  const found = prefixes.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
  if (found !== undefined) return found;
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'libnode-dev'];
  if (process.getuid?.() !== 0 || run('apt-get', install, { DEBIAN_FRONTEND: 'noninteractive' }) !== 0) {
    fail("Node's headers are missing", 'sudo apt-get install -y libnode-dev');
  }
  return '/usr';
}

/** One set-up at a time: a second one waits for the first, and takes over from one that died. */
function lock() {
  const dir = join(TOOLCHAIN, '.lock');
  const pidFile = join(dir, 'pid');
  for (let waited = 0; ; waited += 1) {
    try {
      mkdirSync(dir);
      writeFileSync(pidFile, String(process.pid));
      return () => rmSync(dir, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isHeld(pidFile, waited)) rmSync(dir, { recursive: true, force: true });
      else {
        if (waited === 0) say('another set-up is running; waiting for it');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      }
    }
  }
}

function isHeld(pidFile, waited) {
  if (!existsSync(pidFile)) return waited < 4;
  try {
    accessSync(`/proc/${readFileSync(pidFile, 'utf8')}`);
    return true;
  } catch {
    return false;
  }
}

function run(command, args, env = {}) {
  // Everything goes to stderr: stdout belongs to the program that is run afterwards.
  return spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], env: { ...process.env, ...env } })
    .status;
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(what, command) {
  process.stderr.write(`setup: ${what}.\nsetup: type this, then try again:\n  ${command}\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
