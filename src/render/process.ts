import type { Canvas } from 'canvas';
import { View, Warn } from 'vega';
import { LAYERS, SHEET_WIDTH, type Sheet } from './charts.ts';
import { sheetChart } from './compiled.ts';

/** Pixels drawn for each pixel of design: sharp when Slack enlarges the picture. */
const SCALE = 3;

/** Node-canvas can crash a whole process, so drawing has one of its own: it takes sheets and gives pictures. */
process.on('message', (message: { id: number; sheet: Sheet; format: 'png' | 'svg' }) => {
  const { sheet, format } = message;
  (format === 'svg' ? trace(sheet) : draw(sheet)).then(
    (picture) => process.send?.({ id: message.id, ...picture }),
    (error: unknown) => process.send?.({ id: message.id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

/** The same view as SVG. */
async function trace(sheet: Sheet): Promise<{ svg: string; width: number; height: number }> {
  const view = viewOf(sheet);
  await view.runAsync();
  const svg = await view.toSVG();
  view.finalize();
  return { svg, width: SHEET_WIDTH, height: sheet.height };
}

function viewOf(sheet: Sheet): View {
  const view = new View(sheetChart(), { renderer: 'none', logLevel: Warn });
  view.background(sheet.paper).width(SHEET_WIDTH).height(sheet.height);
  for (const name of LAYERS) view.data(name, [...sheet[name]]);
  return view;
}

async function draw(sheet: Sheet): Promise<{ png: Buffer; width: number; height: number }> {
  const view = viewOf(sheet);
  await view.runAsync();
  const drawn: unknown = await view.toCanvas(SCALE);
  const canvas = drawn as Canvas;
  view.finalize();
  const { width, height } = canvas;
  const png = await new Promise<Buffer>((resolve, reject) => {
    canvas.toBuffer((error, buffer) => (error === null ? resolve(buffer) : reject(error)), 'image/png', {
      compressionLevel: 5,
    });
  });
  // Frees the pixels now; left to the collector they pile up to hundreds of megabytes.
  canvas.width = 0;
  canvas.height = 0;
  return { png, width, height };
}
