import type { Fault } from '../shop/faults.ts';
import type { Stack } from '../stack/stack.ts';

/** What the story makes of the shop: another version of a service, what is wrong from now on, or for how many visitors (0…1) a flag is on. */
type Controls = {
  readonly deploy: { readonly service: string; readonly version: string };
  readonly faults: { readonly faults: readonly Fault[] };
  readonly flag: { readonly name: string; readonly share: number };
};

/** Has the shop do something. Rejects when it does not. */
export async function control<What extends keyof Controls>(
  { addresses }: Stack,
  what: What,
  body: Controls[What],
): Promise<void> {
  const response = await fetch(`${addresses.shop}${what}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the shop answered ${response.status} to ${what}`);
}
