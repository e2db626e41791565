import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Log, Painter, VectorPainter } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import type { Drawing, Picture, Theme } from '#domain/panel.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { altText } from './alt-text.ts';
import type { Sheet } from './charts.ts';
import { sheetOf } from './sheet.ts';

/** A child is replaced after so many pictures, before its memory can grow. */
const RECYCLE_AFTER = 2000;
/** A picture that takes longer is given up, and its child with it, in milliseconds. */
const TIME_LIMIT = 20_000;
/** A picture whose child died is tried again once: the second time it is the picture's fault. */
const TRIES = 2;

type Format = 'png' | 'svg';
/** A picture in the format that was asked for. */
type Drawn = { png?: Uint8Array; svg?: string; width: number; height: number };
type Order = { sheet: Sheet; format: Format; tries: number; settle: (outcome: Outcome<Drawn>) => void };
type Child = { process: ChildProcess; drawn: number; order?: Order; timer?: NodeJS.Timeout };

export type PainterHandle = Painter & VectorPainter & { close(): void };

/** Draws in up to `processes` child processes, started when needed, replaced when they die or grow old. Pictures wait their turn. */
export function createPainter({ processes, log }: { processes: number; log: Log }): PainterHandle {
  const children = new Set<Child>();
  const waiting: Order[] = [];
  let nextId = 0;
  let closed = false;

  const start = (): Child => {
    const child: Child = {
      drawn: 0,
      process: fork(fileURLToPath(new URL('./process.ts', import.meta.url)), {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      }),
    };
    children.add(child);
    child.process.on('message', (answer: Partial<Drawn> & { error?: string }) => {
      const { png, svg, width, height } = answer;
      if ((png ?? svg) === undefined || width === undefined || height === undefined) {
        finish(child, failure('drawing-failed', answer.error ?? 'The drawing process gave no picture.'));
      } else finish(child, success({ ...present({ png, svg }), width, height }));
    });
    child.process.on('exit', (code, signal) => {
      children.delete(child);
      clearTimeout(child.timer);
      if (closed) return;
      if (child.order !== undefined) {
        log.warn({ code, signal }, 'a drawing process died; its picture is tried again');
        if (child.order.tries < TRIES) waiting.unshift(child.order);
        else
          child.order.settle(failure('drawing-failed', 'The drawing process died twice over this picture.'));
      }
      next();
    });
    return child;
  };
  const finish = (child: Child, outcome: Outcome<Drawn>) => {
    clearTimeout(child.timer);
    const { order } = child;
    delete child.order;
    child.drawn += 1;
    if (child.drawn >= RECYCLE_AFTER) {
      children.delete(child);
      child.process.disconnect();
    }
    order?.settle(outcome);
    next();
  };
  const next = () => {
    if (waiting.length === 0 || closed) return;
    const free =
      [...children].find(({ order }) => order === undefined) ??
      (children.size < processes ? start() : undefined);
    const order = free === undefined ? undefined : waiting.shift();
    if (free === undefined || order === undefined) return;
    order.tries += 1;
    free.order = order;
    free.timer = setTimeout(() => free.process.kill('SIGKILL'), TIME_LIMIT);
    nextId += 1;
    free.process.send({ id: nextId, sheet: order.sheet, format: order.format });
    next();
  };
  const ordered = (drawing: Drawing, theme: Theme, format: Format) =>
    new Promise<Outcome<Drawn>>((settle) => {
      waiting.push({ sheet: sheetOf(drawing, theme), format, tries: 0, settle });
      next();
    });
  return {
    async paint(drawing, theme): Promise<Outcome<Picture>> {
      const outcome = await ordered(drawing, theme, 'png');
      if (!outcome.ok) return outcome;
      const { png = new Uint8Array(), width, height } = outcome.value;
      return success({ snapshot: drawing.id, alt: altText(drawing), png, width, height });
    },
    async vector(drawing, theme) {
      const outcome = await ordered(drawing, theme, 'svg');
      if (!outcome.ok) return outcome;
      const { svg = '', width, height } = outcome.value;
      return success({ svg, width, height, alt: altText(drawing) });
    },
    close() {
      closed = true;
      // Those that were told before may not have ended yet.
      for (const { process } of children) if (process.connected) process.disconnect();
    },
  };
}
