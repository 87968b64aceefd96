import { once } from 'node:events';
import { expect, it } from 'vitest';
import { createProject, resultOf, runBin, startBin } from './bin-kit.js';

it('serves the routes of the project, and says where they are', async () => {
  const cwd = createProject(
    'return { statusCode: 200, body: (event.routeKey ?? event.resource) + " " + event.pathParameters?.id };',
    {
      routes: ['GET /items/{id}', { route: 'ANY /v1/{id}', front: 'rest' }],
    },
  );
  const service = startBin(['local', 'start', '--port', '0', '--json'], { cwd });
  const ended = resultOf(service);
  let said = '';
  service.stderr?.on('data', (text) => {
    said += String(text);
  });
  const [line] = await once(service.stdout!, 'data');
  const { endpoint, routes } = JSON.parse(String(line));
  const { port } = new URL(endpoint);
  expect(routes).toEqual([
    expect.objectContaining({
      route: 'GET /items/{id}',
      front: 'http',
      url: `http://routes.localhost:${port}/items/{id}`,
    }),
    expect.objectContaining({ route: 'ANY /v1/{id}', front: 'rest', url: `http://routes.localhost:${port}/v1/{id}` }),
  ]);
  expect((await fetch(`${endpoint}/_routes/items/7`)).status).toBe(500);
  expect(said).toContain('deploy it with `lambdakit deploy --local`');
  expect((await runBin(['deploy', '--local', '--quiet'], { cwd })).code).toBe(0);
  expect(await (await fetch(`${endpoint}/_routes/items/7`)).text()).toBe('GET /items/{id} 7');
  expect(await (await fetch(`${endpoint}/_routes/v1/8`, { method: 'POST' })).text()).toBe('/v1/{id} 8');
  service.kill('SIGINT');
  await ended;
});

it('refuses what is no route', async () => {
  const cwd = createProject('return 1;', { routes: ['FETCH items'] });
  const { code, stderr } = await runBin(['check'], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain('must be a method and a path, such as "GET /items/{id}"');
});
