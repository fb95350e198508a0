pub fn registry() -> reflect::registry::Registry {
    unimplemented!()
}
