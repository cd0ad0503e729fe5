echo a > a && chmod 640 a && mkdir -p d/s && echo x > d/x && chmod 755 d/x && chmod 750 d/s
