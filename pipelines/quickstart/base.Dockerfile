FROM scratch
ARG TARGETARCH
ARG TARGETVARIANT
COPY --chmod=755 linux/${TARGETARCH}${TARGETVARIANT}/busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV PATH=/bin
CMD ["/bin/sh"]
