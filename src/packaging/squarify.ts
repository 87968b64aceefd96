export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a box among values in proportion, in boxes as near to squares as they come (Bruls, Huizing and
 * van Wijk, "Squarified Treemaps", 2000). The values must be positive and sorted, biggest first.
 */
export function squarify(values: readonly number[], box: Box): readonly Box[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  const scale = total === 0 ? 0 : (box.width * box.height) / total;
  const boxes: Box[] = [];
  let rest = box;
  let row: number[] = [];
  for (const area of values.map((value) => value * scale)) {
    const side = Math.min(rest.width, rest.height);
    if (row.length > 0 && worstRatio([...row, area], side) > worstRatio(row, side)) {
      rest = placeRow(row, rest, boxes);
      row = [];
    }
    row.push(area);
  }
  if (row.length > 0) placeRow(row, rest, boxes);
  return boxes;
}

/** How far the least square of a row along a side is from a square. */
function worstRatio(row: readonly number[], side: number): number {
  const sum = row.reduce((total, area) => total + area, 0);
  const [max = 0, min = 0] = [Math.max(...row), Math.min(...row)];
  return Math.max((side * side * max) / (sum * sum), (sum * sum) / (side * side * min));
}

/** Puts a row along the shorter side and returns what is left of the box. */
function placeRow(row: readonly number[], box: Box, boxes: Box[]): Box {
  const sum = row.reduce((total, area) => total + area, 0);
  const isColumn = box.width >= box.height;
  const thickness = sum / (isColumn ? box.height : box.width);
  let offset = 0;
  for (const area of row) {
    const length = area / thickness;
    boxes.push(
      isColumn
        ? { x: box.x, y: box.y + offset, width: thickness, height: length }
        : { x: box.x + offset, y: box.y, width: length, height: thickness },
    );
    offset += length;
  }
  return isColumn
    ? { x: box.x + thickness, y: box.y, width: box.width - thickness, height: box.height }
    : { x: box.x, y: box.y + thickness, width: box.width, height: box.height - thickness };
}
