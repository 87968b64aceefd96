/** Reads a list of the API to its end: `read` gets the marker of the next page and answers one page. */
export async function allPages<Page, Item>(
  read: (marker: { readonly Marker?: string }) => Promise<Page>,
  pick: (page: Page) => { readonly items: readonly Item[] | undefined; readonly next: string | undefined },
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let marker: string | undefined;
  do {
    const { items = [], next } = pick(await read(marker === undefined ? {} : { Marker: marker }));
    found.push(...items);
    marker = next || undefined;
  } while (marker !== undefined);
  return found;
}
