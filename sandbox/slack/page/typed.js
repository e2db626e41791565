/** What somebody types, with the escapes that Slack's client puts: people, channels and addresses as what they are, the rest as text. */
export function escaped(text, { people, channels, bot }) {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const names = [...people, bot]
    .flatMap(({ id, name, realName }) => [
      [`@${realName}`, `<@${id}>`],
      [`@${name}`, `<@${id}>`],
    ])
    .concat(
      channels.filter(({ isDirect }) => !isDirect).map(({ id, name }) => [`#${name}`, `<#${id}|${name}>`]),
    )
    .toSorted(([a], [b]) => b.length - a.length);
  return safe
    .split(/(https?:\/\/[^\s|]+)/)
    .map((part, i) => (i % 2 === 1 ? `<${part}>` : named(part, names)))
    .join('');
}

function named(text, names) {
  const found = names.find(([name]) => text.toLowerCase().includes(name.toLowerCase()));
  if (found === undefined) return text;
  const [name, sign] = found;
  const at = text.toLowerCase().indexOf(name.toLowerCase());
  return named(text.slice(0, at), names) + sign + named(text.slice(at + name.length), names);
}

/** What a text in the composer does: a command, a mention of the bot, or something said. */
export function meant(text, state) {
  if (text.startsWith('/')) return { what: 'command', text };
  const rest = /^@bellbuoy\b[\s,:]*(.*)$/is.exec(text);
  return rest === null
    ? { what: 'say', text: escaped(text, state) }
    : { what: 'mention', text: escaped(rest[1], state) };
}
