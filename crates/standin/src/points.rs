//! The service `Points`.

use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::points_server::Points;
use qdrant_client::qdrant::points_update_operation::Operation;
use qdrant_client::qdrant::{
    BatchResult, ClearPayloadPoints, CountPoints, CountResponse, CountResult, CreateFieldIndexCollection,
    CreateVectorNameRequest, DeleteFieldIndexCollection, DeletePayloadPoints, DeletePointVectors,
    DeletePoints, DeleteVectorNameRequest, DiscoverBatchPoints, DiscoverBatchResponse, DiscoverPoints,
    DiscoverResponse, FacetCounts, FacetResponse, GetPoints, GetResponse, PointsOperationResponse,
    PointsSelector, QueryBatchPoints, QueryBatchResponse, QueryGroupsResponse, QueryPointGroups, QueryPoints,
    QueryResponse, RecommendBatchPoints, RecommendBatchResponse, RecommendGroupsResponse,
    RecommendPointGroups, RecommendPoints, RecommendResponse, ScrollPoints, ScrollResponse,
    SearchBatchPoints, SearchBatchResponse, SearchGroupsResponse, SearchMatrixOffsetsResponse,
    SearchMatrixPairsResponse, SearchMatrixPoints, SearchPointGroups, SearchPoints, SearchResponse,
    SetPayloadPoints, UpdateBatchPoints, UpdateBatchResponse, UpdatePointVectors, UpdateResult, UpdateStatus,
    UpsertPoints,
};
use tonic::{Request, Response, Status};

use crate::Shared;
use crate::score::best;
use crate::state::{Collection, number};

fn completed() -> UpdateResult {
    UpdateResult { status: UpdateStatus::Completed as i32, ..UpdateResult::default() }
}

fn done() -> Response<PointsOperationResponse> {
    Response::new(PointsOperationResponse { result: Some(completed()), ..PointsOperationResponse::default() })
}

fn remove(collection: &mut Collection, points: Option<PointsSelector>) -> Result<(), Status> {
    let Some(PointsSelectorOneOf::Points(list)) = points.and_then(|points| points.points_selector_one_of)
    else {
        return Err(Status::unimplemented("deleting by a filter"));
    };
    for id in &list.ids {
        collection.points.remove(&number(Some(id))?);
    }
    Ok(())
}

/// Implements the service: the methods that are written out, and the rest as "unimplemented".
macro_rules! service {
    ({ $($methods:tt)* } $($missing:ident: $request:ty => $response:ty,)*) => {
        #[tonic::async_trait]
        impl Points for Shared {
            $($methods)*
            $(async fn $missing(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented(stringify!($missing)))
            })*
        }
    };
}

service! {
    {
        async fn upsert(&self, request: Request<UpsertPoints>) -> Result<Response<PointsOperationResponse>, Status> {
            let (mut state, request) = (self.called()?, request.into_inner());
            state.collection(&request.collection_name)?.upsert(request.points)?;
            Ok(done())
        }

        async fn delete(&self, request: Request<DeletePoints>) -> Result<Response<PointsOperationResponse>, Status> {
            let (mut state, request) = (self.called()?, request.into_inner());
            remove(state.collection(&request.collection_name)?, request.points)?;
            Ok(done())
        }

        async fn update_batch(
            &self,
            request: Request<UpdateBatchPoints>,
        ) -> Result<Response<UpdateBatchResponse>, Status> {
            let (mut state, request) = (self.called()?, request.into_inner());
            let collection = state.collection(&request.collection_name)?;
            let mut result = Vec::new();
            for operation in request.operations.into_iter().filter_map(|one| one.operation) {
                match operation {
                    Operation::Upsert(list) => collection.upsert(list.points)?,
                    Operation::DeletePoints(one) => remove(collection, one.points)?,
                    _ => return Err(Status::unimplemented("updates of this kind")),
                }
                result.push(completed());
            }
            Ok(Response::new(UpdateBatchResponse { result, ..UpdateBatchResponse::default() }))
        }

        async fn create_field_index(
            &self,
            request: Request<CreateFieldIndexCollection>,
        ) -> Result<Response<PointsOperationResponse>, Status> {
            self.called()?.collection(&request.into_inner().collection_name)?;
            Ok(done())
        }

        async fn query(&self, request: Request<QueryPoints>) -> Result<Response<QueryResponse>, Status> {
            let (mut state, request) = (self.called()?, request.into_inner());
            let result = best(state.collection(&request.collection_name)?, &request)?;
            Ok(Response::new(QueryResponse { result, ..QueryResponse::default() }))
        }

        async fn query_batch(
            &self,
            request: Request<QueryBatchPoints>,
        ) -> Result<Response<QueryBatchResponse>, Status> {
            let (mut state, request) = (self.called()?, request.into_inner());
            let mut result = Vec::new();
            for query in &request.query_points {
                result.push(BatchResult { result: best(state.collection(&request.collection_name)?, query)? });
            }
            Ok(Response::new(QueryBatchResponse { result, ..QueryBatchResponse::default() }))
        }

        async fn count(&self, request: Request<CountPoints>) -> Result<Response<CountResponse>, Status> {
            let (mut state, request) = (self.called()?, request.into_inner());
            let count = state.collection(&request.collection_name)?.admitted(request.filter.as_ref())?.len() as u64;
            let result = Some(CountResult { count });
            Ok(Response::new(CountResponse { result, ..CountResponse::default() }))
        }
    }
    get: GetPoints => GetResponse,
    update_vectors: UpdatePointVectors => PointsOperationResponse,
    delete_vectors: DeletePointVectors => PointsOperationResponse,
    set_payload: SetPayloadPoints => PointsOperationResponse,
    overwrite_payload: SetPayloadPoints => PointsOperationResponse,
    delete_payload: DeletePayloadPoints => PointsOperationResponse,
    clear_payload: ClearPayloadPoints => PointsOperationResponse,
    delete_field_index: DeleteFieldIndexCollection => PointsOperationResponse,
    create_vector_name: CreateVectorNameRequest => PointsOperationResponse,
    delete_vector_name: DeleteVectorNameRequest => PointsOperationResponse,
    search: SearchPoints => SearchResponse,
    search_batch: SearchBatchPoints => SearchBatchResponse,
    search_groups: SearchPointGroups => SearchGroupsResponse,
    scroll: ScrollPoints => ScrollResponse,
    recommend: RecommendPoints => RecommendResponse,
    recommend_batch: RecommendBatchPoints => RecommendBatchResponse,
    recommend_groups: RecommendPointGroups => RecommendGroupsResponse,
    discover: DiscoverPoints => DiscoverResponse,
    discover_batch: DiscoverBatchPoints => DiscoverBatchResponse,
    query_groups: QueryPointGroups => QueryGroupsResponse,
    facet: FacetCounts => FacetResponse,
    search_matrix_pairs: SearchMatrixPoints => SearchMatrixPairsResponse,
    search_matrix_offsets: SearchMatrixPoints => SearchMatrixOffsetsResponse,
}
