import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/system/package-root.js';
import { json, type RunningFunction, startFunction } from './bootstrap-harness.js';

const JAR = path.join(packageRoot(), 'dist', 'bootstrap', 'java', 'runtime.jar');
const REQUEST_ID = '00000000-0000-4000-8000-000000000001';
const hasJdk = spawnSync('javac', ['-version']).status === 0;

/** One source with every handler that the tests call, compiled once. */
const SOURCE = `
package example;

import com.amazonaws.services.lambda.runtime.*;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.*;
import java.math.BigDecimal;
import java.time.*;
import java.util.*;

public class Handlers {
    public enum Colour { RED, GREEN }

    public static class Item {
        private String name;
        private BigDecimal price;
        private List<String> tags;
        public int count;
        public String getName() { return name; }
        public void setName(String value) { name = value; }
        public BigDecimal getPrice() { return price; }
        public void setPrice(BigDecimal value) { price = value; }
        public List<String> getTags() { return tags; }
        public void setTags(List<String> value) { tags = value; }
        public boolean isCheap() { return price != null && price.signum() == 0; }
        private String hidden = "hidden";
    }

    public static class Order {
        private Map<String, Item> items;
        private Item[] more;
        private Colour colour;
        private long[] numbers;
        private byte[] blob;
        private Date date;
        private Instant instant;
        private LocalDate day;
        private UUID id;
        private Optional<String> maybe;
        private double ratio;
        private Boolean flag;
        public Map<String, Item> getItems() { return items; }
        public void setItems(Map<String, Item> value) { items = value; }
        public Item[] getMore() { return more; }
        public void setMore(Item[] value) { more = value; }
        public Colour getColour() { return colour; }
        public void setColour(Colour value) { colour = value; }
        public long[] getNumbers() { return numbers; }
        public void setNumbers(long[] value) { numbers = value; }
        public byte[] getBlob() { return blob; }
        public void setBlob(byte[] value) { blob = value; }
        public Date getDate() { return date; }
        public void setDate(Date value) { date = value; }
        public Instant getInstant() { return instant; }
        public void setInstant(Instant value) { instant = value; }
        public LocalDate getDay() { return day; }
        public void setDay(LocalDate value) { day = value; }
        public UUID getId() { return id; }
        public void setId(UUID value) { id = value; }
        public Optional<String> getMaybe() { return maybe; }
        public void setMaybe(Optional<String> value) { maybe = value; }
        public double getRatio() { return ratio; }
        public void setRatio(double value) { ratio = value; }
        public Boolean getFlag() { return flag; }
        public void setFlag(Boolean value) { flag = value; }
    }

    public record Point(int x, List<String> labels) {}

    public static class Echo implements RequestHandler<Map<String, Object>, Object> {
        public Object handleRequest(Map<String, Object> event, Context context) { return event.get("value"); }
    }
    public static class Text implements RequestHandler<String, String> {
        public String handleRequest(String event, Context context) { return event; }
    }
    public static class Bean implements RequestHandler<Order, Order> {
        public Order handleRequest(Order event, Context context) { return event; }
    }
    static abstract class Base<T> implements RequestHandler<T, T> {
        public T handleRequest(T event, Context context) { return event; }
    }
    public static class Generic extends Base<Item> {}
    public static class Stream implements RequestStreamHandler {
        public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
            out.write("raw:".getBytes());
            for (int next = in.read(); next >= 0; next = in.read()) out.write(next);
        }
    }
    public static class About implements RequestHandler<Map<String, Object>, List<Object>> {
        public List<Object> handleRequest(Map<String, Object> event, Context c) {
            return Arrays.asList(c.getAwsRequestId(), c.getLogGroupName(), c.getLogStreamName(), c.getFunctionName(),
                c.getFunctionVersion(), c.getInvokedFunctionArn(), c.getMemoryLimitInMB(), c.getTenantId(),
                c.getIdentity().getIdentityId(), c.getClientContext().getCustom(), c.getClientContext().getClient().getAppTitle(),
                c.getRemainingTimeInMillis() > 20000, System.getProperty("com.amazonaws.xray.traceHeader"));
        }
    }
    public static class Logs implements RequestHandler<Object, Void> {
        public Void handleRequest(Object event, Context c) {
            System.out.println("out"); System.err.println("err");
            c.getLogger().log("plain"); c.getLogger().log("é\\n", LogLevel.WARN); c.getLogger().log("hidden", LogLevel.DEBUG);
            LambdaRuntime.getLogger().log("static\\n".getBytes());
            return null;
        }
    }
    public static class Thrower implements RequestHandler<Map<String, String>, String> {
        public String handleRequest(Map<String, String> event, Context context) {
            switch (event.getOrDefault("how", "")) {
                case "runtime": throw new IllegalStateException("böse");
                case "quiet": throw new NullPointerException();
                case "stack": return handleRequest(event, context);
                case "exit": System.exit(7);
                default: return "fine";
            }
        }
    }
    public static class Cyclic implements RequestHandler<Object, Object> {
        public Object handleRequest(Object event, Context context) { List<Object> a = new ArrayList<>(); a.add(a); return a; }
    }
    public static class NoConstructor extends Echo { public NoConstructor(int x) {} }
    public static class BadConstructor extends Echo { public BadConstructor() { throw new IllegalArgumentException("at construction"); } }
    public static class BadStatic extends Echo { static int x = Integer.parseInt("x"); }
    public static class NoHandler {}

    public static class Methods {
        public Point record(Point event, Context context) { return event; }
        public static int none() { return 42; }
        public String context(Context context) { return context.getFunctionName(); }
        public void nothing(String event) {}
        public void stream(InputStream in, OutputStream out) throws IOException { out.write(in.read()); }
        public String many(int a) { return "one"; }
        public String many(int a, Context c) { return "with context"; }
        public String unfit(int a, int b) { return "no"; }
    }

    public static class Hooks extends Echo implements javax.crac.Resource {
        public Hooks() { javax.crac.Core.getGlobalContext().register(this); }
        public void beforeCheckpoint(javax.crac.Context<? extends javax.crac.Resource> c) throws Exception {
            if ("before".equals(System.getenv("FAIL"))) throw new IOException("hook");
            System.out.println("before");
        }
        public void afterRestore(javax.crac.Context<? extends javax.crac.Resource> c) throws Exception {
            if ("after".equals(System.getenv("FAIL"))) throw new IOException("hook");
            System.out.println("after");
        }
    }
}
`;

describe.skipIf(!hasJdk)('the Java bootstrap (skipped without a JDK)', () => {
  let classes = '';

  beforeAll(() => {
    classes = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-java-test-'));
    writeFileSync(path.join(classes, 'Handlers.java'), SOURCE);
    const args = ['-cp', JAR, '-d', classes, path.join(classes, 'Handlers.java')];
    const { status, stderr } = spawnSync('javac', args, { encoding: 'utf8' });
    expect(stderr.replaceAll(/^Note:.*\n/gm, '')).toBe('');
    expect(status).toBe(0);
  });

  afterAll(() => rmSync(classes, { recursive: true, force: true }));

  function startJava(handler: string, env: Readonly<Record<string, string>> = {}): Promise<RunningFunction> {
    return startFunction({
      command: ['java', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', JAR, 'lambdakit.runtime.Main', '/opt'],
      runtime: 'java17',
      handler,
      files: {},
      env: { LAMBDA_TASK_ROOT: classes, ...env },
    });
  }

  it('answers event after event over one connection', async () => {
    const fn = await startJava('example.Handlers$Echo');
    for (const value of [{ a: [1, 2.5, true, null, 12345678901] }, 'ünïcödé ✓ 🚀 "\\\n', null]) {
      const call = await fn.invoke({ value });
      expect(call.path).toMatch(/\/response$/);
      expect(call.headers['content-type']).toBe('application/json');
      expect(json(call)).toEqual(value);
    }
    expect(fn.api.connections).toBe(1);
    expect([...fn.api.userAgents]).toEqual([expect.stringMatching(/^aws-lambda-java\//)]);
  });

  it('maps beans both ways', async () => {
    const fn = await startJava('example.Handlers$Bean');
    const order = {
      items: { a: { name: 'A', price: 1.1, tags: ['x', 'y'], count: 3 } },
      more: [{ name: 'B', price: 0, count: 0 }],
      colour: 'GREEN',
      numbers: [1, 9007199254740993n],
      blob: 'AAH/',
      date: 1700000000123,
      instant: '2024-01-02T03:04:05.6Z',
      day: '2024-02-03',
      id: '0b0e2c3e-7d3c-4b61-9f0c-0d9b6f1e2a3b',
      maybe: 'yes',
      ratio: 0.25,
      unknown: { ignored: true },
    };
    const text = JSON.stringify(order, (_key, value) => (typeof value === 'bigint' ? 9007199254740992 : value));
    const call = await fn.invoke(Buffer.from(text.replace('9007199254740992', '9007199254740993')));
    expect(call.body.toString()).toBe(
      '{"items":{"a":{"name":"A","price":1.1,"tags":["x","y"],"count":3,"cheap":false}},' +
        '"more":[{"name":"B","price":0,"count":0,"cheap":true}],"colour":"GREEN","numbers":[1,9007199254740993],' +
        '"blob":"AAH/","date":1700000000123,"instant":1704164645.600000000,"day":[2024,2,3],' +
        '"id":"0b0e2c3e-7d3c-4b61-9f0c-0d9b6f1e2a3b","maybe":"yes","ratio":0.25}',
    );
  });

  it.each([
    [
      'a generic base class',
      'example.Handlers$Generic',
      { name: 'first', count: 1 },
      { name: 'first', count: 1, cheap: false },
    ],
    ['text for text', 'example.Handlers$Text', 'téxt', 'téxt'],
    ['a number for text', 'example.Handlers$Text', 12, '12'],
    ['a record', 'example.Handlers$Methods::record', { x: '7', labels: 'one' }, { x: 7, labels: ['one'] }],
    ['a static method without parameters', 'example.Handlers$Methods::none', {}, 42],
    ['a method that takes the context only', 'example.Handlers$Methods::context', {}, 'fn'],
    ['a method without a result', 'example.Handlers$Methods::nothing', 'x', null],
    ['the overload with the context', 'example.Handlers$Methods::many', 1, 'with context'],
    ['a method of streams', 'example.Handlers$Methods::stream', 5, 5],
  ])('calls %s', async (_what, handler, event, expected) => {
    const fn = await startJava(handler);
    expect(json(await fn.invoke(event))).toEqual(expected);
  });

  it('hands streams through and carries big payloads both ways', async () => {
    const streams = await startJava('example.Handlers$Stream');
    const big = 'x'.repeat(5_900_000);
    expect((await streams.invoke(big)).body.toString()).toBe(`raw:"${big}"`);
    const objects = await startJava('example.Handlers$Text');
    expect(json(await objects.invoke('🚀'.repeat(500_000)))).toBe('🚀'.repeat(500_000));
  });

  it('passes the documented context', async () => {
    const fn = await startJava('example.Handlers$About');
    const call = await fn.invoke(
      {},
      {
        'Lambda-Runtime-Client-Context': '{"custom":{"name":"Zoë"},"client":{"app_title":"t"}}',
        'Lambda-Runtime-Cognito-Identity': '{"cognitoIdentityId":"i"}',
        'Lambda-Runtime-Aws-Tenant-Id': 'blue',
      },
    );
    expect(json(call)).toEqual([
      REQUEST_ID,
      '/aws/lambda/fn',
      '2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef',
      'fn',
      '$LATEST',
      'arn:aws:lambda:eu-west-1:123456789012:function:fn',
      128,
      'blue',
      'i',
      { name: 'Zoë' },
      't',
      true,
      'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
    ]);
  });

  it('reports an exception without the frames of the runtime and goes on', async () => {
    const fn = await startJava('example.Handlers$Thrower');
    const call = await fn.invoke({ how: 'runtime' });
    expect(call.path).toMatch(/\/error$/);
    expect(call.headers['lambda-runtime-function-error-type']).toBe('Runtime.UserException');
    expect(call.body.toString()).toMatch(
      /^\{"errorMessage":"böse","errorType":"java.lang.IllegalStateException","stackTrace":\["example\.Handlers\$Thrower\.handleRequest\(Handlers\.java:\d+\)","example\.Handlers\$Thrower\.handleRequest\(Handlers\.java:\d+\)"\]\}$/,
    );
    expect(JSON.parse(String(call.headers['lambda-runtime-function-xray-error-cause']))).toMatchObject({
      paths: ['Handlers.java'],
    });
    expect(json(await fn.invoke({ how: 'quiet' }))).toMatchObject({
      errorMessage: 'java.lang.NullPointerException',
      errorType: 'java.lang.NullPointerException',
    });
    expect(json(await fn.invoke({}))).toBe('fine');
    expect(fn.output.stdout).toContain(
      'böse: java.lang.IllegalStateException\njava.lang.IllegalStateException: böse\n\tat example.Handlers$Thrower.handleRequest(',
    );
    expect(fn.output.stdout).not.toContain('lambdakit.runtime');
  });

  it('ends after an error of the virtual machine, and with the code of System.exit', async () => {
    const overflow = await startJava('example.Handlers$Thrower');
    expect(json(await overflow.invoke({ how: 'stack' }))).toMatchObject({ errorType: 'java.lang.StackOverflowError' });
    expect(await overflow.exit).toBe(0);
    const exit = await startJava('example.Handlers$Thrower');
    await expect(exit.invoke({ how: 'exit' })).rejects.toThrow('exited with 7');
  });

  it.each([
    ['JSON that does not fit', 'example.Handlers$Methods::many', '"x"', 'An error occurred during JSON parsing'],
    ['no JSON', 'example.Handlers$Echo', '{"a":', 'An error occurred during JSON parsing'],
    ['a cyclic result', 'example.Handlers$Cyclic', '{}', 'An error occurred during JSON serialization of response'],
  ])('reports %s', async (_what, handler, event, errorMessage) => {
    const fn = await startJava(handler);
    expect(json(await fn.invoke(Buffer.from(event)))).toEqual({
      errorMessage,
      errorType: 'java.lang.RuntimeException',
      stackTrace: [],
    });
  });

  it.each([
    [
      'a missing class',
      'example.Missing',
      { errorMessage: 'Class not found: example.Missing', errorType: 'java.lang.ClassNotFoundException' },
    ],
    [
      'an empty method',
      'example.Handlers$Methods::',
      { errorMessage: "Invalid handler: `example.Handlers$Methods::'" },
    ],
    [
      'a missing method',
      'example.Handlers$Methods::absent',
      { errorMessage: 'Class example.Handlers$Methods has no public method named absent' },
    ],
    [
      'a method that fits no event',
      'example.Handlers$Methods::unfit',
      {
        errorMessage:
          'No public method named unfit with appropriate method signature found on class example.Handlers$Methods',
      },
    ],
    [
      'a class without an interface',
      'example.Handlers$NoHandler',
      { errorMessage: 'Class does not implement an appropriate handler interface: example.Handlers$NoHandler' },
    ],
    [
      'a class without an empty constructor',
      'example.Handlers$NoConstructor',
      {
        errorMessage: 'Class example.Handlers$NoConstructor has no public zero-argument constructor',
        errorType: 'java.lang.Exception',
      },
    ],
  ])('fails each invocation of %s', async (_what, handler, expected) => {
    const fn = await startJava(handler);
    for (let round = 0; round < 2; round += 1) {
      const call = await fn.invoke({});
      expect(call.headers['lambda-runtime-function-error-type']).toBe('Runtime.BadFunctionCode');
      expect(json(call)).toEqual(expected);
    }
  });

  it.each([
    [
      'a constructor that throws',
      'example.Handlers$BadConstructor',
      'at construction',
      'java.lang.IllegalArgumentException',
    ],
    [
      'a static block that throws',
      'example.Handlers$BadStatic',
      'Error loading class example.Handlers$BadStatic',
      'java.lang.ExceptionInInitializerError',
    ],
  ])('fails init for %s', async (_what, handler, errorMessage, errorType) => {
    const fn = await startJava(handler);
    const call = await fn.api.initError();
    expect(json(call)).toEqual({ errorMessage, errorType });
    expect(call.headers['lambda-runtime-function-error-type']).toBe('Runtime.BadFunctionCode');
    expect(await fn.exit).toBe(1);
    expect(fn.output.stdout).toContain(`${errorMessage}: ${errorType}\n`);
  });

  it('writes log messages as text', async () => {
    const fn = await startJava('example.Handlers$Logs', { AWS_LAMBDA_LOG_LEVEL: 'INFO' });
    expect((await fn.invoke({})).body.toString()).toBe('null');
    expect(fn.output).toMatchObject({ stdout: 'out\nplain\n[WARN] é\nstatic\n', stderr: 'err\n' });
  });

  it('writes log messages as JSON', async () => {
    const fn = await startJava('example.Handlers$Logs', {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: 'INFO',
    });
    await fn.invoke({});
    const [, plain, warning] = fn.output.stdout.split('\n');
    expect(JSON.parse(plain ?? '')).toEqual({
      timestamp: expect.stringMatching(/^[\d-]{10}T[\d:]{8}\.\d{3}Z$/),
      message: 'plain',
      level: 'UNDEFINED',
      AWSRequestId: REQUEST_ID,
    });
    expect(JSON.parse(warning ?? '')).toMatchObject({ message: 'é\n', level: 'WARN' });
  });

  it('runs the hooks of SnapStart around restore/next', async () => {
    const fn = await startJava('example.Handlers$Hooks', { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' });
    await fn.invoke({});
    expect(fn.output.stdout).toBe('before\nafter\n');
    expect(fn.api.gets.slice(0, 2)).toEqual(['/restore/next', '/invocation/next']);
  });

  it.each([
    ['before', '/init/error', 'Runtime.BeforeCheckpointError', 'javax.crac.CheckpointException'],
    ['after', '/restore/error', 'Runtime.AfterRestoreError', 'javax.crac.RestoreException'],
  ])('reports a hook that fails %s', async (when, target, type, errorType) => {
    const env = { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start', FAIL: when };
    const fn = await startJava('example.Handlers$Hooks', env);
    expect(await fn.exit).toBe(64);
    const [call] = fn.api.posts;
    expect(call).toMatchObject({ path: target, headers: { 'lambda-runtime-function-error-type': type } });
    expect(JSON.parse(String(call?.body))).toMatchObject({ errorType });
  });

  it('is one small jar without anything but its own classes', () => {
    expect(readdirSync(path.dirname(JAR))).toEqual(['runtime.jar']);
    const { stdout } = spawnSync('jar', ['tf', JAR], { encoding: 'utf8' });
    const foreign = stdout
      .split('\n')
      .filter((name) => name.endsWith('.class'))
      .filter((name) => !/^(lambdakit\/runtime|com\/amazonaws\/services\/lambda\/runtime|javax\/crac)\//.test(name));
    expect(foreign).toEqual([]);
  });
});
