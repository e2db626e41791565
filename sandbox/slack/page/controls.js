import { confirm, element as el, menu } from './dom.js';
import { controlOf, keyOf } from './fields.js';

/**
 * HTML of blocks, from the server, with what people use in it. The library drew every such element as a button whose id says where it
 * stands; those that are no buttons are put in their place here. `use(placed, control)` is called when one is used.
 */
export function contentOf({ html, controls }, world, use) {
  const content = el('div', { class: 'content' });
  content.innerHTML = html;
  const known = new Map(controls.map((placed) => [keyOf(placed), placed]));
  for (const drawn of content.querySelectorAll('button.slack_blocks_to_jsx__button_element')) {
    const placed = known.get(drawn.id);
    if (placed === undefined) continue;
    drawn.removeAttribute('id');
    if (placed.element.type === 'button') asButton(drawn, placed, use);
    else if (placed.element.type === 'overflow') drawn.replaceWith(asMenu(placed, use));
    else drawn.replaceWith(asField(placed, world, use));
  }
  return content;
}

function asButton(button, placed, use) {
  const { accessibility_label: label, url, confirm: asked } = placed.element;
  button.dataset.action = placed.actionId;
  if (label !== undefined) button.setAttribute('aria-label', label);
  button.onclick = () => {
    if (url !== undefined) open(url, '_blank', 'noreferrer');
    whenConfirmed(asked, () => use(placed));
  };
}

function asMenu(placed, use) {
  const { options, confirm: asked } = placed.element;
  const button = el(
    'button',
    {
      type: 'button',
      class: 'overflow',
      'aria-label': 'More options',
      'aria-haspopup': 'menu',
      'data-action': placed.actionId,
    },
    '⋯',
  );
  button.onclick = () =>
    menu(
      button,
      'More options',
      options.map(({ text, value, url }) => ({
        text: text.text,
        go: () => {
          if (url !== undefined) open(url, '_blank', 'noreferrer');
          whenConfirmed(asked, () => use(placed, value));
        },
      })),
    );
  return button;
}

function asField(placed, world, use) {
  const control = controlOf(placed, world);
  const { element, actionId } = placed;
  control.setAttribute('aria-label', element.placeholder?.text ?? actionId);
  control.classList.add('inline');
  control.dataset.action = actionId;
  control.onchange = () => whenConfirmed(element.confirm, () => use(placed, undefined, control));
  return control;
}

function whenConfirmed(asked, go) {
  if (asked === undefined) go();
  else confirm(asked, go);
}
