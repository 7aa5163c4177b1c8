//! Solving small symmetric systems: the steps of Newton's method, in learning weights and in fitting confidence.

/// A square matrix of the model's size, row after row.
#[derive(Debug, Clone)]
pub(crate) struct Symmetric {
    size: usize,
    cells: Vec<f64>,
}

impl Symmetric {
    /// All zeros, but for the diagonal.
    pub(crate) fn diagonal(size: usize, value: f64) -> Self {
        let mut cells = vec![0.0; size * size];
        for place in 0..size {
            cells[place * size + place] = value;
        }
        Self { size, cells }
    }

    /// Adds to one cell of the diagonal.
    pub(crate) fn add_to_diagonal(&mut self, place: usize, value: f64) {
        if let Some(cell) = self.cells.get_mut(place * self.size + place) {
            *cell += value;
        }
    }

    /// Adds factor × v vᵀ; only the lower half is kept.
    pub(crate) fn add_outer(&mut self, factor: f64, v: &[f64]) {
        for (row, left) in v.iter().enumerate() {
            if *left == 0.0 {
                continue;
            }
            let cells = &mut self.cells[row * self.size..=row * self.size + row];
            for (cell, right) in cells.iter_mut().zip(v) {
                *cell += factor * left * right;
            }
        }
    }

    /// Solves A x = b by Cholesky's decomposition; `None` if the matrix is not positive definite.
    pub(crate) fn solve(mut self, b: &[f64]) -> Option<Vec<f64>> {
        let n = self.size;
        for column in 0..n {
            for row in column..n {
                let mut sum = self.cells[row * n + column];
                for k in 0..column {
                    sum -= self.cells[row * n + k] * self.cells[column * n + k];
                }
                self.cells[row * n + column] = if row == column {
                    (sum > 0.0).then(|| sum.sqrt())?
                } else {
                    sum / self.cells[column * n + column]
                };
            }
        }
        let mut x = b.to_vec();
        for row in 0..n {
            for k in 0..row {
                x[row] -= self.cells[row * n + k] * x[k];
            }
            x[row] /= self.cells[row * n + row];
        }
        for row in (0..n).rev() {
            for k in row + 1..n {
                x[row] -= self.cells[k * n + row] * x[k];
            }
            x[row] /= self.cells[row * n + row];
        }
        Some(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_system_is_solved() {
        let mut matrix = Symmetric::diagonal(2, 1.0);
        matrix.add_outer(2.0, &[1.0, 2.0]);
        // [[3, 4], [4, 9]] x = [11, 22]
        let x = matrix.solve(&[11.0, 22.0]).unwrap();
        assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12, "{x:?}");
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        assert!(Symmetric::diagonal(2, 0.0).solve(&[1.0, 1.0]).is_none());
    }
}
