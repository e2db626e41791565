import { z } from 'zod';
import { Url } from './values.ts';

/** Where the pages are, and who may read them. */
export const Pages = z
  .strictObject({
    url: Url.refine((url) => URL.canParse(url) && new URL(url).pathname === '/', {
      error:
        'expected an address without a path, such as https://bellbuoy.example.com: pages are at /pages there',
    })
      .optional()
      .describe(
        'Where people open them, such as https://bellbuoy.example.com; messages link there. Without it nothing links to them.',
      ),
    token: z
      .string()
      .min(12, { error: 'expected at least 12 characters: whoever knows it reads everything' })
      .optional()
      .describe('Whoever knows it may read them; `token_file` names a file.'),
    proxyHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, { error: 'expected the name of a header, such as X-Forwarded-User' })
      .optional()
      .describe('The header in which a proxy of `server.trustedProxies` names who is signed in.'),
  })
  .prefault({})
  .describe('Read-only web pages at `/pages`; without `token` and `proxyHeader` there are none.');
