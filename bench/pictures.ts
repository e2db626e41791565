import { createPainter } from '#render/painter.ts';
import { sheetOf } from '#render/sheet.ts';
import { createLog } from '#runtime/log.ts';
import { openBrowser } from '../sandbox/story/browser.ts';
import { DRAWINGS } from '../test/render/drawings.ts';
import { percentile, type Report } from './report.ts';

const ROUNDS = 30;

/** Drawing the three signals at scale 3, beside a screenshot of as many words and lines by a warm headless Chromium (the peer). */
export async function pictures(): Promise<Report> {
  const { red } = DRAWINGS;
  if (red === undefined) throw new Error('there is no drawing named red');
  const painter = createPainter({ processes: 1, log: createLog('warn') });
  const ours: number[] = [];
  let size = 0;
  for (let i = 0; i <= ROUNDS; i += 1) {
    const began = performance.now();
    const outcome = await painter.paint(red, 'light');
    if (outcome.ok) size = outcome.value.png.length;
    // The first one starts the drawing process.
    if (i > 0) ours.push(performance.now() - began);
  }
  painter.close();
  const sheet = sheetOf(red, 'light');
  const paths = Map.groupBy(sheet.lines, ({ line }) => line);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="${sheet.height}">${[
    ...paths.values(),
  ]
    .map(
      (points) =>
        `<polyline fill="none" stroke="${points[0]?.color}" points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}"/>`,
    )
    .join(
      '',
    )}${sheet.texts.map(({ x, y, size: height, text }) => `<text x="${x}" y="${y}" font-size="${height}">${text}</text>`).join('')}</svg>`;
  const browser = await openBrowser();
  const theirs: number[] = [];
  for (let i = 0; i <= ROUNDS; i += 1) {
    const began = performance.now();
    const page = await browser.newPage({
      viewport: { width: 480, height: Math.ceil(sheet.height) },
      deviceScaleFactor: 3,
    });
    await page.setContent(svg);
    await page.screenshot({ type: 'png' });
    await page.close();
    if (i > 0) theirs.push(performance.now() - began);
  }
  await browser.close();
  const row = (what: string, times: readonly number[]) => ({
    what,
    p50: `${percentile(times, 0.5)} ms`,
    p95: `${percentile(times, 0.95)} ms`,
    ratio: `${(percentile(times, 0.5) / percentile(ours, 0.5)).toFixed(1)}×`,
  });
  return {
    title: `One picture of three signals, 1,440 px wide, ${Math.round(size / 1000)} KB`,
    rows: [row('drawn in one child process', ours), row('screenshot by a warm Chromium (peer)', theirs)],
  };
}
