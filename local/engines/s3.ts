import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { s3Jars } from './catalogue';
import type { EngineProcess } from './engine-process';
import { type EngineBase, startJvmEngine } from './jvm-engine';
import { freePort } from './ports';
import { httpProbe } from './probes';

export interface S3Options extends EngineBase {
  /** Plain HTTP. */
  readonly port: number;
}

/** Starts S3Mock, which keeps its objects as files in the state folder. It insists on an HTTPS port beside; any will do. */
export async function startS3({ port, ...base }: S3Options): Promise<EngineProcess> {
  const { folders } = base;
  const objects = join(folders.data, 'objects');
  await mkdir(objects, { recursive: true });
  const beans = join(folders.data, 'beans.xml');
  await writeFile(beans, connectorXml(port));
  return startJvmEngine({
    engine: s3Jars,
    ...base,
    compile: 'little',
    background: true,
    jvm: ['-Xms64m', '-Xmx256m'],
    main: [
      'com.adobe.testing.s3mock.S3MockApplication',
      `--http.port=${port}`,
      `--server.port=${await freePort()}`,
      '--server.address=127.0.0.1',
      `--spring.main.sources=file:${beans}`,
      '--spring.main.allow-bean-definition-overriding=true',
      `--com.adobe.testing.s3mock.store.root=${objects}`,
      '--com.adobe.testing.s3mock.store.retain-files-on-exit=true',
      '--logging.level.root=WARN',
    ],
    ready: httpProbe(`http://127.0.0.1:${port}/`),
  });
}

/** S3Mock's own plain connector listens on every interface; a Spring bean of the same name stands in for it on loopback. */
export const connectorXml = (port: number): string => `<?xml version="1.0" encoding="UTF-8"?>
<beans xmlns="http://www.springframework.org/schema/beans"
       xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
       xsi:schemaLocation="http://www.springframework.org/schema/beans https://www.springframework.org/schema/beans/spring-beans.xsd">
  <bean id="httpConnector" class="org.apache.catalina.connector.Connector">
    <constructor-arg>
      <bean class="org.apache.coyote.http11.Http11NioProtocol"><property name="address" value="127.0.0.1"/></bean>
    </constructor-arg>
    <property name="port" value="${port}"/>
  </bean>
</beans>
`;
