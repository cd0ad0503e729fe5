printf '\357\273\277FROM %s/busybox\r\nENV A=1 \\\r\n  B=2\r\nRUN echo hello > /hello\r\nLABEL c=d\r\n' base.test > Dockerfile
