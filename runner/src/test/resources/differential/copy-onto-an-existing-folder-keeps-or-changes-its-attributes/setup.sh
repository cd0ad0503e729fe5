mkdir d && echo x > d/x && chmod 711 d
