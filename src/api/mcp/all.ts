import type { Ports } from '#app/ports.ts';
import { operations } from '../rest/routes.ts';
import type { Offer } from './offer.ts';
import { toolsOf } from './tools.ts';

/** Everything that Bellbuoy offers over MCP. */
export function offerOf(ports: Ports): Offer {
  return { tools: toolsOf(operations(ports)), resources: [], prompts: [] };
}
