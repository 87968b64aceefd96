import { npmPackageOf, type PackageStats } from './package-stats.js';
import { type Box, squarify } from './squarify.js';

interface TreeNode {
  readonly name: string;
  readonly path: string;
  bytes: number;
  readonly children: Map<string, TreeNode>;
}

const WIDTH = 1200;
const HEIGHT = 760;
const HEADER = 18;
/** Smaller boxes cannot be seen. */
const MIN_SIDE = 3;

/**
 * One HTML page, without scripts or anything from elsewhere, that shows what a package is made of: each
 * box is as big as its share of the unpacked bytes. Bundles are opened up into their modules.
 */
export function renderTreemap(title: string, stats: PackageStats): string {
  const root = toTree(stats);
  const boxes = draw(root, { x: 0, y: 0, width: WIDTH, height: HEIGHT }, 0);
  const summary = `${stats.entryCount} entries, ${size(stats.unzippedBytes)} unpacked, ${size(stats.zippedBytes)} packed`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
body { font: 14px system-ui, sans-serif; margin: 1rem; color: #222; background: #fff; }
svg { width: 100%; height: auto; }
rect { stroke: #fff; }
text { font-size: 11px; fill: #111; pointer-events: none; }
g:hover > rect { stroke: #000; }
table { border-collapse: collapse; }
td { padding: 0 .8rem .1rem 0; }
td:first-child { text-align: right; font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1b1b; } rect { stroke: #1b1b1b; } }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${summary}</p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Treemap of the package">
${boxes}
</svg>
${wasteTable(stats)}
</body>
</html>
`;
}

/** Entries by folder; the biggest bundle is replaced by its modules when there are any. */
function toTree(stats: PackageStats): TreeNode {
  const root: TreeNode = { name: '', path: '', bytes: 0, children: new Map() };
  const bundle = stats.modules.length === 0 ? undefined : stats.entries.find(({ name }) => /\.[cm]?js$/.test(name));
  for (const entry of stats.entries) {
    if (entry !== bundle) add(root, entry.name, entry.bytes);
  }
  if (bundle !== undefined) for (const inner of stats.modules) add(root, `${bundle.name}/${inner.name}`, inner.bytes);
  return root;
}

function add(root: TreeNode, name: string, bytes: number): void {
  let node = root;
  node.bytes += bytes;
  for (const part of name.split('/').filter((step) => step !== '' && step !== '..')) {
    const path = node.path === '' ? part : `${node.path}/${part}`;
    const child = node.children.get(part) ?? { name: part, path, bytes: 0, children: new Map() };
    node.children.set(part, child);
    child.bytes += bytes;
    node = child;
  }
}

function draw(node: TreeNode, box: Box, depth: number): string {
  if (box.width < MIN_SIDE || box.height < MIN_SIDE) return '';
  const children = [...node.children.values()].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const inner = { x: box.x + 1, y: box.y + HEADER, width: box.width - 2, height: box.height - HEADER - 1 };
  const hasRoom = inner.width > MIN_SIDE && inner.height > MIN_SIDE;
  const boxes = hasRoom
    ? squarify(
        children.map(({ bytes }) => bytes),
        inner,
      )
    : [];
  const drawn = boxes.map((childBox, index) => draw(children[index] ?? node, childBox, depth + 1)).join('');
  const label = fitLabel(`${node.name || 'package'} ${size(node.bytes)}`, box);
  const text = label === '' ? '' : `<text x="${round(box.x + 3)}" y="${round(box.y + 13)}">${escapeHtml(label)}</text>`;
  const rect = `<rect x="${round(box.x)}" y="${round(box.y)}" width="${round(box.width)}" height="${round(box.height)}" fill="${colour(node.path, depth)}"/>`;
  return `<g><title>${escapeHtml(`${node.path || 'package'}: ${size(node.bytes)}`)}</title>${rect}${text}${drawn}</g>\n`;
}

function fitLabel(label: string, box: Box): string {
  const characters = Math.floor((box.width - 6) / 6.2);
  if (box.height < HEADER - 4 || characters < 4) return '';
  return label.length <= characters ? label : `${label.slice(0, characters - 1)}…`;
}

/** An installed package has one colour in every report, and so has a folder at the top; deeper boxes are lighter. */
function colour(path: string, depth: number): string {
  const lightness = Math.min(90, 62 + depth * 5);
  const owner = npmPackageOf(`${path}/`) ?? path.split('/')[0] ?? '';
  // What holds everything is nobody's.
  if (owner === '' || owner === 'node_modules') return `hsl(0 0% ${lightness}%)`;
  let hash = 0;
  for (const character of owner) hash = (hash * 31 + character.charCodeAt(0)) % 360;
  return `hsl(${hash} 55% ${lightness}%)`;
}

function wasteTable({ waste }: PackageStats): string {
  if (waste.length === 0) return '';
  const rows = waste.map(
    ({ bytes, message, count, examples }: PackageStats['waste'][number]) =>
      `<tr><td>${size(bytes)}</td><td>${escapeHtml(message)}</td><td>${count} entries, such as ${escapeHtml(examples[0] ?? '')}</td></tr>`,
  );
  return `<h2>What it could do without</h2>\n<table>\n${rows.join('\n')}\n</table>`;
}

function size(bytes: number): string {
  if (bytes >= 1_048_576) return `${(bytes / 1_048_576).toFixed(1)} MB`;
  return bytes >= 1_024 ? `${(bytes / 1_024).toFixed(1)} KB` : `${bytes} B`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
