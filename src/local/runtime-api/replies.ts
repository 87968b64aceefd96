import type { ServerResponse } from 'node:http';
import { refusalReply } from '../core/refusal-reply.js';

/** Answers with JSON and the newline with which Lambda ends each body. */
export function replyJson(response: ServerResponse, status: number, body: unknown): void {
  replyText(response, status, `${JSON.stringify(body)}\n`);
}

/** The acceptance of a response or an error. */
export function replyAccepted(response: ServerResponse): void {
  replyText(response, 202, '{"status":"OK"}\n');
}

/** Answers with Lambda's error shape; anything but a refusal is our own fault and says no more than that. */
export function replyError(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, body } = refusalReply(error);
  replyJson(response, status, body);
}

function replyText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
