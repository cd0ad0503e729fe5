mkdir -p d/empty/nested && mkfifo d/pipe && chmod 622 d/pipe
