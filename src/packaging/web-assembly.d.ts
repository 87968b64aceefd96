/** What we use of the WebAssembly JavaScript interface (W3C), which TypeScript knows only together with all of a browser. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  interface Global {
    readonly value: number;
  }
  var Module: new (bytes: Uint8Array) => Module;
  var Instance: new (module: Module, imports: object) => { readonly exports: unknown };
}
