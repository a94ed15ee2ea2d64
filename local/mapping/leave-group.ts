import { once } from 'node:events';
import { connect } from 'node:net';

const LEAVE_GROUP = 13;
const VERSION = 2;
const ANSWER_MS = 3_000;

/**
 * Makes a member leave its group: a member that was killed cannot, and the group would wait for its session to end.
 *
 * @param broker `host:port` of the group's coordinator, in plain text. kafkajs leaves groups for its own members only, so this
 * speaks Kafka's LeaveGroup itself (https://kafka.apache.org/protocol.html#The_Messages_LeaveGroup).
 * @throws when the broker cannot be reached or does not answer
 */
export async function leaveGroup(broker: string, groupId: string, memberId: string): Promise<void> {
  const colon = broker.lastIndexOf(':');
  const socket = connect({ host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) });
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    await once(socket, 'connect', { signal });
    socket.write(request(groupId, memberId));
    // Whatever it says, the member is not in the group then.
    await once(socket, 'data', { signal });
  } finally {
    socket.destroy();
  }
}

function request(groupId: string, memberId: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt16BE(LEAVE_GROUP, 0);
  head.writeInt16BE(VERSION, 2);
  const body = Buffer.concat([head, text('orderflow'), text(groupId), text(memberId)]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const size = Buffer.alloc(2);
  size.writeInt16BE(bytes.length);
  return Buffer.concat([size, bytes]);
}
