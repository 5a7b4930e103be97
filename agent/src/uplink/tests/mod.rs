mod assemble;
mod model;
