import { describe, expect, it } from 'vitest';
import { createRouteTable, type HttpRoute } from '../../../../src/local/function-url/route-table.js';

function tableOf(...routes: readonly string[]) {
  const all = routes.map((route): HttpRoute => ({ route, front: 'http', functionName: route, region: 'us-east-1' }));
  const match = createRouteTable(all);
  return (method: string, path: string) => {
    const found = match(method, path);
    return found === undefined ? undefined : [found.route.route, found.pathParameters];
  };
}

describe('createRouteTable', () => {
  const find = tableOf(
    '$default',
    'ANY /items/{id}',
    'GET /items/{rest+}',
    'GET /items/{id}',
    'GET /items/new',
    'POST /items',
    'ANY /files/{path+}',
    'GET /',
  );

  it.each([
    ['GET', '/', 'GET /', {}],
    ['GET', '/items/new', 'GET /items/new', {}],
    ['GET', '/items/7', 'GET /items/{id}', { id: '7' }],
    ['DELETE', '/items/7', 'ANY /items/{id}', { id: '7' }],
    ['GET', '/items/a%20b', 'GET /items/{id}', { id: 'a b' }],
    ['GET', '/items/%zz', 'GET /items/{id}', { id: '%zz' }],
    ['GET', '/items/7/8', 'GET /items/{rest+}', { rest: '7/8' }],
    ['POST', '/items', 'POST /items', {}],
    ['PUT', '/files/a/b.txt', 'ANY /files/{path+}', { path: 'a/b.txt' }],
    ['GET', '/items', '$default', {}],
    ['GET', '/items/', '$default', {}],
    ['GET', '/files/', '$default', {}],
    ['PATCH', '/', '$default', {}],
  ])('leads %s %s to %s', (method, path, route, parameters) => {
    expect(find(method, path)).toEqual([route, parameters]);
  });

  it('does not depend on the order of the routes', () => {
    const other = tableOf('GET /items/new', 'GET /items/{id}', 'ANY /items/{id}', 'GET /items/{rest+}', '$default');
    for (const path of ['/items/new', '/items/7', '/items/7/8']) expect(other('GET', path)).toEqual(find('GET', path));
  });

  it('finds nothing where no route fits', () => {
    expect(tableOf('GET /a')('GET', '/a/')).toBeUndefined();
    expect(tableOf('GET /a')('POST', '/a')).toBeUndefined();
    expect(tableOf()('GET', '/')).toBeUndefined();
  });
});
