import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly name: string | Buffer;
  readonly content?: string | Uint8Array;
  /** Full Unix mode with its type bits. Default 0o100644. */
  readonly mode?: number;
  readonly stored?: boolean;
  /** What the headers say instead of the truth. */
  readonly lie?: {
    readonly size?: number;
    readonly crc?: number;
    readonly localName?: string;
    readonly method?: number;
    readonly flags?: number;
    /** Points at the local header of another member. */
    readonly localOffsetOf?: number;
  };
}

/** Builds a zip byte by byte, so that tests can also build wrong ones. */
export function makeZip(members: readonly ZipMember[]): Buffer {
  const offsets: number[] = [];
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const { local, central } = headersOf(member);
    offsets.push(at);
    const target = member.lie?.localOffsetOf;
    central.writeUInt32LE(target === undefined ? at : offsets[target]!, 42);
    if (target === undefined) {
      locals.push(local);
      at += local.length;
    }
    centrals.push(central);
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

function headersOf(member: ZipMember): { readonly local: Buffer; readonly central: Buffer } {
  const content = Buffer.from(member.content ?? '');
  const data = member.stored ? content : deflateRawSync(content);
  const method = member.lie?.method ?? (member.stored ? 0 : 8);
  const size = member.lie?.size ?? content.length;
  const crc = member.lie?.crc ?? crc32(content);
  const flags = member.lie?.flags ?? 0x800;
  const name = Buffer.from(member.name as string);
  const localName = Buffer.from(member.lie?.localName ?? name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(flags, 6);
  local.writeUInt16LE(method, 8);
  local.writeUInt32LE(crc, 14);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(size, 22);
  local.writeUInt16LE(localName.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(0x031e, 4);
  central.writeUInt16LE(20, 6);
  central.writeUInt16LE(flags, 8);
  central.writeUInt16LE(method, 10);
  central.writeUInt32LE(crc, 16);
  central.writeUInt32LE(data.length, 20);
  central.writeUInt32LE(size, 24);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 38);
  return { local: Buffer.concat([local, localName, data]), central: Buffer.concat([central, name]) };
}
