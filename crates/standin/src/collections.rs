//! The service `Collections`.

use std::collections::BTreeMap;

use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::collections_server::Collections;
use qdrant_client::qdrant::{
    AliasDescription, ChangeAliases, CollectionClusterInfoRequest, CollectionClusterInfoResponse,
    CollectionDescription, CollectionExistsRequest, CollectionExistsResponse, CollectionOperationResponse,
    CreateCollection, CreateShardKeyRequest, CreateShardKeyResponse, DeleteCollection, DeleteShardKeyRequest,
    DeleteShardKeyResponse, GetCollectionInfoRequest, GetCollectionInfoResponse, ListAliasesRequest,
    ListAliasesResponse, ListCollectionAliasesRequest, ListCollectionsRequest, ListCollectionsResponse,
    ListShardKeysRequest, ListShardKeysResponse, UpdateCollection, UpdateCollectionClusterSetupRequest,
    UpdateCollectionClusterSetupResponse,
};
use tonic::{Request, Response, Status};

use crate::Shared;
use crate::state::Collection;

fn done() -> Response<CollectionOperationResponse> {
    Response::new(CollectionOperationResponse { result: true, time: 0.0 })
}

/// Implements the service: the methods that are written out, and the rest as "unimplemented".
macro_rules! service {
    ({ $($methods:tt)* } $($missing:ident: $request:ty => $response:ty,)*) => {
        #[tonic::async_trait]
        impl Collections for Shared {
            $($methods)*
            $(async fn $missing(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented(stringify!($missing)))
            })*
        }
    };
}

service! {
    {
        async fn create(
            &self,
            request: Request<CreateCollection>,
        ) -> Result<Response<CollectionOperationResponse>, Status> {
            let (mut state, request) = (self.called()?, request.into_inner());
            let name = request.collection_name.clone();
            if state.collections.contains_key(&name) || state.aliases.contains_key(&name) {
                return Err(Status::already_exists(format!("Collection `{name}` already exists!")));
            }
            state.collections.insert(name, Collection { made_as: request, points: BTreeMap::new() });
            Ok(done())
        }

        async fn delete(
            &self,
            request: Request<DeleteCollection>,
        ) -> Result<Response<CollectionOperationResponse>, Status> {
            let (mut state, name) = (self.called()?, request.into_inner().collection_name);
            state.collections.remove(&name);
            state.aliases.retain(|_, collection| *collection != name);
            Ok(done())
        }

        async fn list(
            &self,
            _: Request<ListCollectionsRequest>,
        ) -> Result<Response<ListCollectionsResponse>, Status> {
            let state = self.called()?;
            let collections = state.collections.keys().map(|name| CollectionDescription { name: name.clone() });
            Ok(Response::new(ListCollectionsResponse { collections: collections.collect(), time: 0.0 }))
        }

        async fn list_aliases(
            &self,
            _: Request<ListAliasesRequest>,
        ) -> Result<Response<ListAliasesResponse>, Status> {
            let state = self.called()?;
            let aliases = state.aliases.iter().map(|(alias_name, collection_name)| AliasDescription {
                alias_name: alias_name.clone(),
                collection_name: collection_name.clone(),
            });
            Ok(Response::new(ListAliasesResponse { aliases: aliases.collect(), time: 0.0 }))
        }

        async fn update_aliases(
            &self,
            request: Request<ChangeAliases>,
        ) -> Result<Response<CollectionOperationResponse>, Status> {
            let mut state = self.called()?;
            for action in request.into_inner().actions.into_iter().filter_map(|one| one.action) {
                match action {
                    Action::CreateAlias(new) => {
                        state.collection(&new.collection_name)?;
                        state.aliases.insert(new.alias_name, new.collection_name);
                    }
                    Action::RenameAlias(rename) => {
                        let collection = state.aliases.remove(&rename.old_alias_name);
                        let collection = collection.ok_or_else(|| Status::not_found("Alias doesn't exist"))?;
                        state.aliases.insert(rename.new_alias_name, collection);
                    }
                    Action::DeleteAlias(old) => drop(state.aliases.remove(&old.alias_name)),
                }
            }
            Ok(done())
        }
    }
    get: GetCollectionInfoRequest => GetCollectionInfoResponse,
    update: UpdateCollection => CollectionOperationResponse,
    list_collection_aliases: ListCollectionAliasesRequest => ListAliasesResponse,
    collection_cluster_info: CollectionClusterInfoRequest => CollectionClusterInfoResponse,
    collection_exists: CollectionExistsRequest => CollectionExistsResponse,
    update_collection_cluster_setup: UpdateCollectionClusterSetupRequest => UpdateCollectionClusterSetupResponse,
    create_shard_key: CreateShardKeyRequest => CreateShardKeyResponse,
    delete_shard_key: DeleteShardKeyRequest => DeleteShardKeyResponse,
    list_shard_keys: ListShardKeysRequest => ListShardKeysResponse,
}
