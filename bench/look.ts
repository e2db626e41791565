import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPainter } from '#render/painter.ts';
import { createLog } from '#runtime/log.ts';
import { DRAWINGS } from '../test/render/drawings.ts';

/** Draws every made-up drawing of the tests in both themes into a folder, to be looked at: `node bench/look.ts DIR`. */
const [dir = '.'] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const log = createLog('info');
const painter = createPainter({ processes: 2, log });
await Promise.all(
  Object.entries(DRAWINGS).flatMap(([name, drawing]) =>
    (['light', 'dark'] as const).map(async (theme) => {
      const began = performance.now();
      const outcome = await painter.paint(drawing, theme);
      if (!outcome.ok) return log.error({ name, problem: outcome.problem }, 'not drawn');
      const { png, width, height } = outcome.value;
      writeFileSync(join(dir, `${name.replaceAll(' ', '-')}-${theme}.png`), png);
      log.info(
        { name, theme, ms: Math.round(performance.now() - began), width, height, bytes: png.length },
        'drawn',
      );
    }),
  ),
);
painter.close();
