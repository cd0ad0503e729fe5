mkdir -p a/b && echo x > a/b/x && chmod 711 a && chmod 750 a/b
