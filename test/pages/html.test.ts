import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '#pages/html.ts';

describe('what is put into a page', () => {
  it('stays text: it opens no tag, ends no attribute, and begins no entity', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { html: inText } = html`<p>${text}</p>`;
        expect(inText.slice(3, -4)).not.toMatch(/[<>"']/);
        expect(inText.slice(3, -4).replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
        const { html: inAttribute } = html`<a title="${text}">x</a>`;
        expect(inAttribute.match(/"/g)).toHaveLength(2);
      }),
    );
  });

  it('cannot turn a line around, nor hold what no page can', () => {
    expect(html`${'a\u202eb\u0000c\ud800'}`.html).toBe('abc\ufffd');
  });

  it('is joined where it is a list, and nothing where it is not there', () => {
    expect(html`<b>${['a', html`<i>${'<'}</i>`, undefined, 3]}</b>`.html).toBe('<b>a<i>&lt;</i>3</b>');
  });
});
