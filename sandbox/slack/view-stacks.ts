import type { Values } from './block-kit/answers.ts';

/** A view as it is kept: what the app gave, its blocks with ids, and what Slack adds. `errors`: what the app has against answers, by block. */
export type View = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly hash: string;
  readonly errors?: Readonly<Record<string, string>>;
};

/** So many modals lie on each other at most (views.push, `push_limit_reached`). */
const MOST_VIEWS = 3;

/** The modals that people have open: for each a stack, of which the top one shows. */
export class ViewStacks {
  private readonly stacks = new Map<string, View[]>();
  private readonly kept = new Map<string, Values>();

  /** The view that a person sees. */
  get(user: string): View | undefined {
    return this.stackOf(user).at(-1);
  }

  stackOf(user: string): readonly View[] {
    return this.stacks.get(user) ?? [];
  }

  /** Puts a view where the one of its id is, else alone, in place of all others. */
  set(user: string, view: View): void {
    const stack = [...this.stackOf(user)];
    const at = stack.findIndex(({ id }) => id === view.id);
    this.stacks.set(user, at < 0 ? [view] : stack.with(at, view));
  }

  /** Lays a view on top; false when there are too many already. */
  push(user: string, view: View): boolean {
    const stack = this.stackOf(user);
    if (stack.length >= MOST_VIEWS) return false;
    this.stacks.set(user, [...stack, view]);
    return true;
  }

  /** Takes the top view away. */
  pop(user: string): void {
    const stack = this.stackOf(user).slice(0, -1);
    if (stack.length === 0) this.stacks.delete(user);
    else this.stacks.set(user, stack);
  }

  delete(user: string): void {
    this.stacks.delete(user);
  }

  find(is: (view: View) => boolean): { user: string; view: View } | undefined {
    for (const [user, stack] of this.stacks) {
      const view = stack.find(is);
      if (view !== undefined) return { user, view };
    }
    return undefined;
  }

  /** What was typed and picked in a view so far; a new version of the view keeps it where its block and action are still there. */
  typed({ id }: View): Values {
    return this.kept.get(id) ?? {};
  }

  keep({ id }: View, values: Values): void {
    this.kept.set(id, values);
  }

  /** Each person who has a modal open, with the view on top. */
  *[Symbol.iterator](): IterableIterator<[string, View]> {
    for (const [user, stack] of this.stacks) {
      const top = stack.at(-1);
      if (top !== undefined) yield [user, top];
    }
  }
}
