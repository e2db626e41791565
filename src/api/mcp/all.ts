import type { Ports } from '#app/ports.ts';
import { operations } from '../rest/routes.ts';
import type { Offer } from './offer.ts';
import { promptsOf } from './prompts.ts';
import { resourcesOf } from './resources.ts';
import { toolsOf } from './tools.ts';

/** Everything that Bellbuoy offers over MCP. */
export function offerOf(ports: Ports, all = operations(ports)): Offer {
  return { tools: toolsOf(all), resources: resourcesOf(all, ports), prompts: promptsOf(all, ports) };
}
