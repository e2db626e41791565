/** Something that Slack refuses, as one surface of it: blocks of a message, or a view. */
export type Invalid = { readonly blocks: readonly unknown[] } | { readonly view: unknown };

const long = (length: number) => 'x'.repeat(length);
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const option = (i: number | string) => ({ text: plain(`o${i}`), value: `v${i}` });

const blocks = (...list: unknown[]): Invalid => ({ blocks: list });
const section = (more: object) => blocks({ type: 'section', text: mrkdwn('hello'), ...more });
const beside = (accessory: object) => section({ accessory });
const button = (more: object) => beside({ type: 'button', text: plain('go'), ...more });
const confirming = (more: object) =>
  button({
    confirm: { title: plain('t'), text: plain('t'), confirm: plain('y'), deny: plain('n'), ...more },
  });
const select = (more: object) => beside({ type: 'static_select', placeholder: plain('p'), ...more });
const options = (type: string, count: number) => beside({ type, options: times(count, option) });
const overflow = (more: object) =>
  beside({ type: 'overflow', options: [{ ...option(1), ...more }, option(2)] });
const optioned = (more: object) => select({ options: [{ ...option(1), ...more }] });
const asking = (element: object, more: object = {}) =>
  blocks({ type: 'input', label: plain('l'), element, ...more });
const image = (more: object) =>
  blocks({ type: 'image', image_url: 'https://example.com/x.png', alt_text: 'x', ...more });
const video = (more: object) =>
  blocks({
    type: 'video',
    alt_text: 'a',
    title: plain('t'),
    thumbnail_url: 'https://example.com/t.png',
    video_url: 'https://example.com/v.mp4',
    ...more,
  });
const modal = (more: object): Invalid => ({
  view: { type: 'modal', title: plain('t'), blocks: [{ type: 'divider' }], ...more },
});
const source = (more: object) =>
  blocks({
    type: 'task_card',
    task_id: 't',
    title: 't',
    status: 'pending',
    sources: [{ type: 'url', url: 'https://example.com', text: 't', ...more }],
  });
const cell = (text: string) => ({ type: 'raw_text', text });
const row = (columns: number, text = 'x') => times(columns, () => cell(text));
const table = (rows: unknown[], more: object = {}) => blocks({ type: 'table', rows, ...more });
const dataTable = (rows: unknown[], more: object = {}) =>
  blocks({ type: 'data_table', caption: 'c', rows, ...more });
const card = (more: object) => ({ type: 'card', title: mrkdwn('t'), ...more });
const container = (more: object) =>
  blocks({ type: 'container', title: plain('t'), child_blocks: [{ type: 'divider' }], ...more });
const feedback = (more: object) =>
  blocks({
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        positive_button: { text: plain('y'), value: 'y', ...more },
        negative_button: { text: plain('n'), value: 'n' },
      },
    ],
  });
const icon = (more: object) => ({ type: 'icon_button', icon: 'trash', text: plain('t'), ...more });
const chart = (more: object, title = 't') => blocks({ type: 'data_visualization', title, chart: more });
const pie = (segments: unknown[]) => chart({ type: 'pie', segments });
const points = (count: number, label = (i: number) => `p${i}`) =>
  times(count, (i) => ({ label: label(i), value: 1 }));
const line = (series: unknown[], categories: unknown[], more: object = {}) =>
  chart({ type: 'line', series, axis_config: { categories, ...more } });
const one = { name: 's', data: points(1) };

/** Our own construction of each invalid case that is known by name. */
export const INVALID: Readonly<Record<string, Invalid>> = {
  'text-empty': section({ text: mrkdwn('') }),
  'text-too-long': blocks({ type: 'context', elements: [mrkdwn(long(3001))] }),
  'button-action-id-too-long': button({ action_id: long(256) }),
  'button-text-too-long': button({ text: plain(long(76)) }),
  'button-url-too-long': button({ url: `https://example.com/${long(3000)}` }),
  'button-value-too-long': button({ value: long(2001) }),
  'confirmation-title-too-long': confirming({ title: plain(long(101)) }),
  'confirmation-text-too-long': confirming({ text: plain(long(301)) }),
  'confirmation-confirm-too-long': confirming({ confirm: plain(long(31)) }),
  'confirmation-deny-too-long': confirming({ deny: plain(long(31)) }),
  'option-text-too-long': optioned({ text: plain(long(76)) }),
  'option-value-too-long': optioned({ value: long(151) }),
  'option-url-too-long': overflow({ url: `https://example.com/${'😀'.repeat(3000)}` }),
  'option-description-too-long': optioned({ description: plain(long(76)) }),
  'option-group-label-too-long': select({
    option_groups: [{ label: plain(long(76)), options: [option(1)] }],
  }),
  'option-group-empty': select({ option_groups: [{ label: plain('l'), options: [] }] }),
  'option-group-too-many-options': select({
    option_groups: [{ label: plain('l'), options: times(101, option) }],
  }),
  'select-placeholder-too-long': select({ options: [option(1)], placeholder: plain(long(151)) }),
  'select-too-many-options': select({ options: times(101, option) }),
  'select-too-many-option-groups': select({
    option_groups: times(101, (i) => ({ label: plain(`l${i}`), options: [option(i)] })),
  }),
  'overflow-empty': options('overflow', 0),
  'overflow-too-many-options': options('overflow', 6),
  'checkboxes-empty': options('checkboxes', 0),
  'checkboxes-too-many-options': options('checkboxes', 11),
  'radio-buttons-empty': options('radio_buttons', 0),
  'radio-buttons-too-many-options': options('radio_buttons', 11),
  'url-source-url-empty': source({ url: '' }),
  'url-source-url-too-long': source({ url: `https://example.com/${long(3000)}` }),
  'table-too-many-rows': table(times(101, () => row(1))),
  'table-ragged-rows': table([row(2), row(1)]),
  'table-column-settings-mismatch': table([row(2)], { column_settings: [{ align: 'right' }] }),
  'file-input-max-files-too-small': asking({ type: 'file_input', max_files: 0 }),
  'file-input-max-files-too-large': asking({ type: 'file_input', max_files: 11 }),
  'plain-text-input-max-length-too-large': asking({ type: 'plain_text_input', max_length: 3001 }),
  'actions-too-many-elements': blocks({
    type: 'actions',
    elements: times(26, (i) => ({ type: 'button', text: plain(`b${i}`), action_id: `a${i}` })),
  }),
  'context-too-many-elements': blocks({ type: 'context', elements: times(11, () => mrkdwn('x')) }),
  'header-text-too-long': blocks({ type: 'header', text: plain(long(151)) }),
  'image-url-too-long': image({ image_url: `https://example.com/${long(3000)}` }),
  'image-alt-text-too-long': image({ alt_text: long(2001) }),
  'input-label-too-long': asking({ type: 'plain_text_input' }, { label: plain(long(2001)) }),
  'input-hint-too-long': asking({ type: 'plain_text_input' }, { hint: plain(long(2001)) }),
  'markdown-empty': blocks({ type: 'markdown', text: '' }),
  'markdown-too-long': blocks({ type: 'markdown', text: long(12_001) }),
  'section-text-too-long': section({ text: mrkdwn(long(3001)) }),
  'section-too-many-fields': section({ fields: times(11, () => mrkdwn('x')) }),
  'section-field-too-long': section({ fields: [mrkdwn(long(2001))] }),
  'video-alt-text-empty': video({ alt_text: '' }),
  'video-alt-text-too-long': video({ alt_text: long(201) }),
  'video-title-too-long': video({ title: plain(long(201)) }),
  'video-author-name-too-long': video({ author_name: long(51) }),
  'video-description-too-long': video({ description: plain(long(201)) }),
  'video-provider-name-too-long': video({ provider_name: long(51) }),
  'view-missing-blocks': modal({ blocks: [] }),
  'view-too-many-blocks': modal({ blocks: times(101, () => ({ type: 'divider' })) }),
  'view-private-metadata-too-long': modal({ private_metadata: long(3001) }),
  'view-callback-id-too-long': modal({ callback_id: long(256) }),
  'view-title-too-long': modal({ title: plain(long(25)) }),
  'view-close-too-long': modal({ close: plain(long(25)) }),
  'view-submit-too-long': modal({ submit: plain(long(25)) }),
  'section-missing-content': blocks({ type: 'section' }),
  'static-select-options-and-groups': select({
    options: [option(1)],
    option_groups: [{ label: plain('l'), options: [option(1)] }],
  }),
  'image-url-and-slack-file': image({ slack_file: { id: 'F0PICTURE1' } }),
  'number-input-inverted-range': asking({
    type: 'number_input',
    is_decimal_allowed: false,
    min_value: '5',
    max_value: '2',
  }),
  'context-invalid-element': blocks({ type: 'context', elements: [{ type: 'button', text: plain('b') }] }),
  'input-invalid-element': asking({ type: 'button', text: plain('b') }),
  'block-id-too-long': blocks({ type: 'divider', block_id: long(256) }),
  'button-accessibility-label-too-long': button({ accessibility_label: long(76) }),
  'alert-text-too-long': blocks({ type: 'alert', text: mrkdwn(long(201)) }),
  'card-title-too-long': blocks(card({ title: mrkdwn(long(151)) })),
  'card-subtitle-too-long': blocks(card({ subtitle: mrkdwn(long(151)) })),
  'card-body-too-long': blocks(card({ body: mrkdwn(long(201)) })),
  'card-too-many-actions': blocks(
    card({ actions: times(4, (i) => ({ type: 'button', text: plain(`b${i}`) })) }),
  ),
  'card-subtext-too-long': blocks(card({ subtext: mrkdwn(long(201)) })),
  'carousel-empty': blocks({ type: 'carousel', elements: [] }),
  'carousel-too-many-cards': blocks({ type: 'carousel', elements: times(11, () => card({})) }),
  'container-title-too-long': container({ title: plain(long(151)) }),
  'container-subtitle-too-long': container({ subtitle: mrkdwn(long(151)) }),
  'container-too-many-child-blocks': container({ child_blocks: times(11, () => ({ type: 'divider' })) }),
  'context-actions-too-many-elements': blocks({
    type: 'context_actions',
    elements: times(6, () => icon({})),
  }),
  'feedback-button-text-too-long': feedback({ text: plain(long(76)) }),
  'feedback-button-value-too-long': feedback({ value: long(2001) }),
  'feedback-button-accessibility-label-too-long': feedback({ accessibility_label: long(76) }),
  'icon-button-too-many-visible-users': blocks({
    type: 'context_actions',
    elements: [icon({ visible_to_user_ids: times(11, (i) => `U${i}`) })],
  }),
  'data-table-too-few-rows': dataTable([row(1)]),
  'data-table-too-many-rows': dataTable(times(202, () => row(1))),
  'data-table-too-few-columns': dataTable([[], []]),
  'data-table-too-many-columns': dataTable([row(21), row(21)]),
  'data-table-page-size-too-small': dataTable([row(1), row(1)], { page_size: 0 }),
  'data-table-page-size-too-large': dataTable([row(1), row(1)], { page_size: 101 }),
  'data-table-cell-text-empty': dataTable([row(1), row(1, '')]),
  'data-table-content-too-long': dataTable([row(2), row(2, long(10_000))]),
  'data-visualization-title-too-long': chart({ type: 'pie', segments: points(1) }, long(51)),
  'pie-chart-empty': pie([]),
  'pie-chart-too-many-segments': pie(points(13)),
  'chart-segment-label-too-long': pie([{ label: long(21), value: 1 }]),
  'chart-segment-value-not-positive': pie([{ label: 'l', value: 0 }]),
  'chart-series-empty': line([], ['p0']),
  'chart-too-many-series': line(
    times(13, (i) => ({ name: `s${i}`, data: points(1) })),
    ['p0'],
  ),
  'data-series-name-too-long': line([{ name: long(21), data: points(1) }], ['p0']),
  'data-series-empty': line([{ name: 's', data: [] }], ['p0']),
  'data-series-too-many-points': line(
    [{ name: 's', data: points(21) }],
    times(20, (i) => `p${i}`),
  ),
  'data-point-label-too-long': line([{ name: 's', data: points(1, () => long(21)) }], [long(21)]),
  'axis-categories-empty': line([one], []),
  'axis-too-many-categories': line(
    [{ name: 's', data: points(20) }],
    times(21, (i) => `p${i}`),
  ),
  'axis-category-label-too-long': line([one], [long(21)]),
  'axis-label-too-long': line([one], ['p0'], { x_label: long(51) }),
};
