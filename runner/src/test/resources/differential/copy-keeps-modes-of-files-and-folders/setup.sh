mkdir -p d/private && echo x > d/x && echo s > d/s && echo w > d/w
chmod 755 d/x && chmod 4755 d/s && chmod 666 d/w && chmod 700 d/private && chmod 1777 d
echo r > r && chmod 400 r
