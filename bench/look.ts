import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Drawing, Theme } from '#domain/panel.ts';
import { createPainter } from '#render/painter.ts';
import { createLog } from '#runtime/log.ts';

/** Draws one made-up service in both themes into a folder, to be looked at: `node bench/look.ts DIR`. */
const [dir = '.'] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const to = Date.UTC(2026, 10, 24, 13, 4);
const from = to - 3_600_000;
const step = 30_000;
const deployAt = from + 38 * 60_000;
const wave = (base: number, size: number, seed: number, jump = 1) =>
  Array.from({ length: 121 }, (_, i) => {
    const at = from + i * step;
    const noise = Math.sin(i * 12.9898 * seed) * 0.5 + Math.sin(i * 4.1 * seed) * 0.5;
    return {
      at,
      value: (base + size * (Math.sin(i / 25) + noise * 0.15)) * (at > deployAt + 90_000 ? jump : 1),
    };
  });
const drawing: Drawing = {
  chart: 'red',
  id: 's_8f31c2',
  title: 'checkout',
  facts: ['last hour'],
  zone: 'Europe/Berlin',
  range: { from, to },
  step,
  marks: [
    { kind: 'deploy', at: deployAt, label: 'v1.4.2' },
    { kind: 'flag', at: from + 16 * 60_000, label: 'new-checkout 10 %' },
    { kind: 'alert', at: deployAt + 240_000, until: to - 240_000, label: 'CheckoutErrors' },
  ],
  panels: [
    {
      title: 'Rate, requests a second',
      unit: 'perSecond',
      signal: 'rate',
      fromZero: false,
      thresholds: [],
      queries: [],
      lines: [
        { name: 'yesterday', role: 'yesterday', samples: wave(400, 40, 2) },
        { name: 'now', role: 'now', samples: wave(400, 45, 1, 0.9) },
      ],
    },
    {
      title: 'Errors, % of requests',
      unit: 'ratio',
      signal: 'errors',
      fromZero: true,
      thresholds: [{ value: 0.0144, label: 'page at 14.4× budget' }],
      queries: [],
      lines: [
        { name: 'yesterday', role: 'yesterday', samples: wave(0.001, 0.0002, 2) },
        { name: 'now', role: 'now', samples: wave(0.001, 0.0001, 3, 25) },
      ],
    },
    {
      title: 'Duration, ms',
      unit: 'seconds',
      signal: 'duration',
      fromZero: true,
      thresholds: [],
      queries: [],
      lines: [
        { name: 'p99', role: 'now', samples: wave(0.31, 0.01, 3, 2.6).filter((_, i) => i < 40 || i > 46) },
        { name: 'p50', role: 'p50', samples: wave(0.096, 0.001, 3) },
      ],
    },
  ],
};
const log = createLog('info');
const painter = createPainter({ processes: 1, log });
for (const theme of ['light', 'dark'] as const satisfies readonly Theme[]) {
  const began = process.hrtime.bigint();
  const outcome = await painter.paint(drawing, theme);
  if (outcome.ok) {
    writeFileSync(join(dir, `red-${theme}.png`), outcome.value.png);
    log.info(
      {
        theme,
        ms: Number(process.hrtime.bigint() - began) / 1e6,
        width: outcome.value.width,
        height: outcome.value.height,
        bytes: outcome.value.png.length,
        alt: outcome.value.alt,
      },
      'drawn',
    );
  } else log.error({ problem: outcome.problem }, 'not drawn');
}
painter.close();
