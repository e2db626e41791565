import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|css)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

const linesOf = (path: string) => readFileSync(join(ROOT, path), 'utf8').split('\n').length;

/** Cruises a tree; gives the number of modules seen and the rules that were broken. */
function cruise(root: string): { modules: number; broken: string[] } {
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'json',
      'src',
      'sandbox',
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const { modules, summary } = JSON.parse(stdout) as {
    modules: { source: string }[];
    summary: { violations: { rule: { name: string } }[] };
  };
  return {
    modules: modules.filter(({ source }) => /^(src|sandbox)\//.test(source)).length,
    broken: [...new Set(summary.violations.map(({ rule }) => rule.name))],
  };
}

describe('the house', () => {
  const sources = [
    ...filesIn('src'),
    ...filesIn('sandbox'),
    ...filesIn('test'),
    ...filesIn('bench'),
    ...filesIn('migrations'),
  ];

  it('has no file over 400 lines, and most are short', () => {
    expect(sources.filter((path) => linesOf(path) > 400)).toEqual([]);
    const lengths = filesIn('src')
      .map(linesOf)
      .toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80);
    expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThanOrEqual(220);
  });

  it('has no drawer for everything', () => {
    expect(sources.filter((path) => /\/(utils?|helpers?|common|types)(\/|\.ts$)/.test(path))).toEqual([]);
  });

  it('keeps promises out of the domain', () => {
    const waiting = filesIn('src/domain').filter((path) =>
      /\basync\b|\bawait\b/.test(readFileSync(join(ROOT, path), 'utf8')),
    );
    expect(waiting).toEqual([]);
  });

  it('names in the docs only paths that exist', () => {
    const docs = [
      'README.md',
      'CONTRIBUTING.md',
      ...readdirSync(join(ROOT, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    const named = docs.flatMap((path) =>
      [
        ...readFileSync(join(ROOT, path), 'utf8').matchAll(
          /`((?:src|sandbox|test|charts|migrations|bench|docs|\.ci)\/[\w./-]*)`/g,
        ),
      ].map(([, found]) => `${path}: ${found}`),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((line) => !existsSync(join(ROOT, line.split(': ')[1] ?? '')))).toEqual([]);
  });

  it('links in the docs only to files that exist', () => {
    const docs = [
      'README.md',
      'CONTRIBUTING.md',
      ...readdirSync(join(ROOT, 'docs'), { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    const broken = docs.flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target = '']) => join(dirname(path), target))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('has its generated docs up to date', () => {
    const { status, stderr } = spawnSync(process.execPath, ['.ci/docs.ts', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe('the import rules', () => {
  it('hold, and saw the modules that they are for', () => {
    const { modules, broken } = cruise(ROOT);
    expect(broken).toEqual([]);
    expect(modules).toBeGreaterThan(130);
  }, 60_000);

  it('find each planted breach, of types too', () => {
    const root = mkdtempSync(join(tmpdir(), 'bellbuoy-rules-'));
    try {
      for (const name of [
        'src',
        'sandbox',
        'package.json',
        'tsconfig.json',
        '.dependency-cruiser.mjs',
        'charts',
      ])
        cpSync(join(ROOT, name), join(root, name), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
      const plant = (path: string, text: string) => writeFileSync(join(root, path), text);
      plant(
        'src/domain/planted.ts',
        "import { readFile } from 'node:fs/promises';\nexport const x = readFile;\n",
      );
      plant('src/ingest/planted.ts', "import { accept } from '#app/accept.ts';\nexport const x = accept;\n");
      plant('src/store/planted.ts', "import type { App } from '@slack/bolt';\nexport type X = App;\n");
      plant(
        'src/render/planted.ts',
        "import { readWords } from '#slack/words.ts';\nexport const x = readWords;\n",
      );
      plant(
        'src/api/planted.ts',
        "import { readWords } from '#slack/words.ts';\nexport const x = readWords;\n",
      );
      plant('src/app/planted.ts', "import { z } from 'zod';\nexport const x = z;\n");
      plant(
        'sandbox/planted.ts',
        "import type { Reading } from '#domain/reading.ts';\nexport type X = Reading;\n",
      );
      const { broken } = cruise(root);
      expect(broken.length).toBeGreaterThanOrEqual(7);
      for (const room of ['domain', 'ingest', 'slack', 'render', 'api', 'zod', 'sandbox'])
        expect(
          broken.some((rule) => rule.includes(room)),
          `${room} in ${broken.join()}`,
        ).toBe(true);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }, 60_000);
});

describe('charts', () => {
  it('each have a contract in src/render, and none is left over', () => {
    const contracts = readFileSync(join(ROOT, 'src/render/charts.ts'), 'utf8');
    const specs = readdirSync(join(ROOT, 'charts'));
    expect(specs.length).toBeGreaterThan(0);
    for (const spec of specs) expect(contracts).toContain(`charts/${spec}`);
  });
});
