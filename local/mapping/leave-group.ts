import { askBroker, int16, int32, text } from './broker-request';

const LEAVE_GROUP = 13;
const VERSION = 2;

/**
 * Makes a member leave its group: a member that was killed cannot, and the group would wait for its session to end. kafkajs
 * leaves groups for its own members only.
 *
 * @param broker `host:port` of the group's coordinator, in plain text
 * @throws when the broker cannot be reached or does not answer
 */
export async function leaveGroup(broker: string, groupId: string, memberId: string): Promise<void> {
  const head = [int16(LEAVE_GROUP), int16(VERSION), int32(0), text('orderflow')];
  // Whatever it says, the member is not in the group then.
  await askBroker(broker, Buffer.concat([...head, text(groupId), text(memberId)]));
}
