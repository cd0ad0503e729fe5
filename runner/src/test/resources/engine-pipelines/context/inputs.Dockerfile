FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN --mount=type=secret,id=word,target=/word wc -c < /word > /length
RUN --mount=type=bind,from=other,target=/other cat /other/one > /one
RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/tmp echo x > /cache/x && echo y > /tmp/y && ls /cache > /seen
RUN grep -c build.example /etc/hosts > /hosts; ulimit -n > /nofile; df -k /dev/shm | tail -n 1 | tr -s ' ' | cut -d' ' -f2 > /shm; ls /sys/class/net > /net
COPY --from=other . /copied/
