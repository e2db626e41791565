import { PAGES } from '#app/page-address.ts';
import { framed } from './frame.ts';
import { html, NOTHING } from './html.ts';

export const SIGN_IN = `${PAGES}/sign-in`;

/** Asks for the token; `to` is where somebody wanted to go. */
export function signInPage(to: string, problem?: string): string {
  return framed({
    title: 'Sign in',
    body: html`${problem === undefined ? NOTHING : html`<p class="state red" role="alert">${problem}</p>`}
<form method="post" action="${SIGN_IN}">
<input type="hidden" name="to" value="${to}">
<label>Token of the pages<input type="password" name="token" autocomplete="current-password" required></label>
<button type="submit">Sign in</button></form>
<p class="note">It is <code>pages.token</code> in Bellbuoy’s configuration; this browser stays signed in for 30 days.</p>`,
  });
}

/** Where to go after signing in: to a page of ours and nowhere else. */
export function ownPath(to: string | undefined): string {
  return to !== undefined && /^\/pages(?:[/?][\w\-./?=&%:+~]*)?$/.test(to) && !to.includes('//') ? to : PAGES;
}
