ARG BASE=scratch
FROM $BASE
USER 0:0
RUN echo child > /child
ONBUILD RUN echo grandchild
